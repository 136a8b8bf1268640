import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { auditedStates } from '../audit/audited-state.js';
import { Database } from '../database/database.js';
import type { OutboxRow } from '../database/entities/outbox-row.entity.js';
import { laneOf } from '../http/principal.js';
import type { RequestContext } from '../http/request-context.js';
import { IdempotencyStore } from '../idempotency/idempotency-store.js';
import { ChangeTransaction } from './change-transaction.js';
import { CommittedChanges } from './committed-changes.js';
import type { PendingChange } from './pending-change.js';
import { withExhaustions } from './with-exhaustions.js';
import { withStickyKeys } from './with-sticky-keys.js';
import { writeRevisions } from './write-revisions.js';

interface Work<Answer> {
  answer: Answer;
  changes: PendingChange[];
  stored?: object;
}

/** Every write of the configuration goes through this class. */
@Injectable()
export class ConfigurationWriter {
  constructor(
    private readonly database: Database,
    private readonly committed: CommittedChanges,
    private readonly idempotency: IdempotencyStore,
  ) {}

  /**
   * Commits one change. If `work` recorded something, its transaction also takes the next revision and writes
   * the outbox row, the audit entry and, for a POST with an `Idempotency-Key`, the answer.
   */
  commit<Answer extends object>(
    context: RequestContext,
    work: (transaction: ChangeTransaction) => Promise<Answer>,
  ): Promise<Answer> {
    return this.commitAll(context, async (manager, at) => {
      const { idempotency } = context;
      if (idempotency) await this.idempotency.requireNotExecuted(manager, idempotency);
      const transaction = new ChangeTransaction(manager, at);
      const answer = await work(transaction);
      return { answer, changes: await this.#changesOf(transaction), stored: answer };
    });
  }

  /**
   * Runs `work` in one transaction, which also takes a revision for each change that `work` returns and
   * writes their outbox rows and audit entries, and `stored`, the answer to a repetition with the same
   * `Idempotency-Key`. After the commit the listeners in this process are notified. If `work` throws,
   * everything is rolled back.
   */
  async commitAll<Answer>(
    context: RequestContext,
    work: (manager: EntityManager, at: string) => Promise<Work<Answer>>,
  ): Promise<Answer> {
    const { answer, rows } = await this.database.write(
      async (manager) => {
        const at = new Date().toISOString();
        const { answer, changes, stored } = await work(manager, at);
        // Writes are serialized, so the committed rows are the rows before these changes.
        const keyed = await withStickyKeys(changes, this.database.read, manager, at);
        const complete = await withExhaustions(keyed, this.database.read);
        const rows = await writeRevisions(manager, context, at, complete);
        await this.#remember(manager, context, stored, rows);
        return { answer, rows };
      },
      {
        lane: laneOf(context.principal),
        afterCommit: ({ rows }) => {
          for (const row of rows) this.committed.announce(row);
        },
      },
    );
    context.committedRevision = rows.at(-1)?.revision ?? context.committedRevision;
    return answer;
  }

  /** An answer to a write that changed nothing is not stored: a repetition may change something. */
  async #remember(
    manager: EntityManager,
    { idempotency }: RequestContext,
    stored: object | undefined,
    rows: readonly OutboxRow[],
  ): Promise<void> {
    const revision = rows.at(-1)?.revision;
    if (idempotency === null || stored === undefined || revision === undefined) return;
    await this.idempotency.remember(manager, idempotency, stored, revision);
  }

  async #changesOf({ manager, subject, entries }: ChangeTransaction): Promise<PendingChange[]> {
    if (subject === null) return [];
    // Writes are serialized, so the committed rows are the rows before this change.
    const states = await auditedStates(subject, this.database.read, manager);
    const { tenantId } = subject;
    return [{ tenantId, entries, records: [{ subject: { ...subject, details: null }, ...states }] }];
  }
}
