import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { auditedStates } from '../audit/audited-state.js';
import { Database } from '../database/database.js';
import { laneOf } from '../http/principal.js';
import type { RequestContext } from '../http/request-context.js';
import { IdempotencyStore } from '../idempotency/idempotency-store.js';
import { ChangeDraft } from './change-draft.js';
import { CommittedChanges } from './committed-changes.js';
import type { RevisionDraft } from './revision-draft.js';
import { writeRevisions } from './write-revisions.js';

/** What a transaction leads to: an answer, and the revisions that it makes. */
export interface Drafted<Answer> {
  answer: Answer;
  revisions: RevisionDraft[];
}

/** The one way in which the configuration is written. */
@Injectable()
export class ConfigurationWriter {
  constructor(
    private readonly database: Database,
    private readonly committed: CommittedChanges,
    private readonly idempotency: IdempotencyStore,
  ) {}

  /**
   * Writes one thing. If `work` recorded something, its transaction also takes the next revision and writes the outbox
   * row, the audit entry and, for a POST with an `Idempotency-Key`, the answer.
   */
  commit<Answer extends object>(
    context: RequestContext,
    work: (draft: ChangeDraft) => Promise<Answer>,
  ): Promise<Answer> {
    return this.commitRevisions(context, async (manager, at) => {
      const { idempotency } = context;
      if (idempotency) await this.idempotency.requireNotCarriedOut(manager, idempotency);
      const draft = new ChangeDraft(manager, at);
      const answer = await work(draft);
      const revisions = await this.revisionsOf(draft);
      if (idempotency && revisions.length > 0) await this.idempotency.remember(manager, idempotency, answer);
      return { answer, revisions };
    });
  }

  /**
   * Runs `work` in one transaction, which also takes a revision for each draft that `work` leads to and writes their
   * outbox rows and audit entries. After the commit everyone in this process who listens is told. What `work` throws
   * leaves nothing behind.
   */
  async commitRevisions<Answer>(
    context: RequestContext,
    work: (manager: EntityManager, at: string) => Promise<Drafted<Answer>>,
  ): Promise<Answer> {
    const { answer, changes } = await this.database.write(
      async (manager) => {
        const at = new Date().toISOString();
        const { answer, revisions } = await work(manager, at);
        return { answer, changes: await writeRevisions(manager, context, at, revisions) };
      },
      {
        lane: laneOf(context.principal),
        afterCommit: ({ changes }) => {
          for (const change of changes) this.committed.announce(change);
        },
      },
    );
    context.committedRevision = changes.at(-1)?.revision ?? context.committedRevision;
    return answer;
  }

  private async revisionsOf({ manager, subject, entries }: ChangeDraft): Promise<RevisionDraft[]> {
    if (subject === null) return [];
    // Writes come one at a time, so what is committed is what was there before this one.
    const states = await auditedStates(subject, this.database.read, manager);
    const { tenantId } = subject;
    return [{ tenantId, entries, acts: [{ subject: { ...subject, details: null }, ...states }] }];
  }
}
