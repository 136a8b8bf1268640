import { Injectable } from '@nestjs/common';
import { auditedState } from '../audit/audited-state.js';
import { writeAuditEntry } from '../audit/write-audit-entry.js';
import { Database } from '../database/database.js';
import type { RequestContext } from '../http/request-context.js';
import { IdempotencyStore } from '../idempotency/idempotency-store.js';
import { ChangeDraft, type ChangeSubject } from './change-draft.js';
import { CommittedChanges } from './committed-changes.js';
import { ConfigStateEntity, configStateId } from './config-state.entity.js';
import { OutboxRowEntity, type OutboxRow } from './outbox-row.entity.js';

/** The way in which one thing of the configuration is written; a whole document is written by `ConfigurationService`. */
@Injectable()
export class ConfigurationWriter {
  constructor(
    private readonly database: Database,
    private readonly committed: CommittedChanges,
    private readonly idempotency: IdempotencyStore,
  ) {}

  /**
   * Runs `work` in one transaction. If it recorded something, that transaction also takes the next revision and
   * writes the outbox row, the audit entry and, for a POST with an `Idempotency-Key`, the answer. After the commit
   * everyone in this process who listens is told. What `work` throws leaves nothing behind.
   */
  async commit<Answer extends object>(
    context: RequestContext,
    work: (draft: ChangeDraft) => Promise<Answer>,
  ): Promise<Answer> {
    const { answer, change } = await this.database.write(
      async (manager) => {
        if (context.idempotency) await this.idempotency.requireNotCarriedOut(manager, context.idempotency);
        const draft = new ChangeDraft(manager, new Date().toISOString());
        const answer = await work(draft);
        if (draft.subject === null) return { answer, change: null };
        const change = await this.writeOutboxRow(draft, draft.subject);
        const moment = { revision: change.revision, at: draft.at };
        // Writes come one at a time, so what is committed is what was there before this one.
        const before = await auditedState(this.database.read, draft.subject);
        const after = await auditedState(manager, draft.subject);
        const subject = { ...draft.subject, details: null };
        await writeAuditEntry(manager, context, moment, subject, { before, after });
        if (context.idempotency) await this.idempotency.remember(manager, context.idempotency, answer);
        return { answer, change };
      },
      ({ change }) => {
        if (change !== null) this.committed.announce(change);
      },
    );
    if (change !== null) context.committedRevision = change.revision;
    return answer;
  }

  private async writeOutboxRow(draft: ChangeDraft, subject: ChangeSubject): Promise<OutboxRow> {
    const state = await draft.manager.findOneByOrFail(ConfigStateEntity, { id: configStateId });
    const revision = state.revision + 1;
    await draft.manager.update(ConfigStateEntity, { id: configStateId }, { revision });
    const row: OutboxRow = {
      revision,
      committedAt: draft.at,
      tenantId: subject.tenantId,
      entries: draft.entries,
    };
    await draft.manager.insert(OutboxRowEntity, row);
    return row;
  }
}
