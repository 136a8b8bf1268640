import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { ConcurrencyLimit } from '#libs/async';
import { LOGGER } from '../composition/injection-tokens.js';
import type { OutboxRow } from '../database/entities/outbox-row.entity.js';
import { visibleTenantIds, type Principal } from '../http/principal.js';
import { ProblemError } from '../http/problem-error.js';
import { CommittedChanges } from '../publishing/committed-changes.js';
import { Outbox } from '../publishing/outbox.js';
import { outboxBounds } from '../publishing/outbox-bounds.js';
import type { EventSubscriber } from './event-subscriber.js';
import { changeEvents } from './stream-event.js';

// Revisions of a large document have up to 250 entries, so parsing a batch blocks for some 20 ms.
const batchSize = 10;
const maxReads = 4;
const maxRevisions = outboxBounds.keptRows;

/** The position after which a client wants the changes. */
export interface ReplayStart {
  revision: number;
  /** Null: the client does not know it. */
  epoch: string | null;
}

/** Sends the committed changes after a revision from the database, before a client gets them live. */
@Injectable()
export class EventReplay {
  readonly #reads = new ConcurrencyLimit(maxReads);

  constructor(
    private readonly outbox: Outbox,
    private readonly committed: CommittedChanges,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Throws `revision_gone` for a revision that is too old, in the future, or of another epoch. */
  async require({ revision, epoch }: ReplayStart): Promise<void> {
    const newest = await this.outbox.position();
    if (epoch !== null && epoch !== newest.epoch) throw gone('The configuration has another epoch now');
    if (revision > newest.revision) throw gone(`The newest revision is ${newest.revision}`);
    if (revision < newest.revision - maxRevisions) throw gone(`More than ${maxRevisions} revisions followed`);
    if (!(await this.#isKept(revision, newest.revision))) throw gone('The changes after it are not kept');
  }

  /**
   * Sends the changes after `revision` as fast as the client reads, then makes the subscriber live in the
   * same turn of the event loop in which nothing is left, so that no change is missed or sent twice. Never
   * rejects: a client whose changes were removed meanwhile is closed with 1013.
   */
  async run(
    subscriber: EventSubscriber,
    principal: Principal,
    revision: number,
    onLive: (revision: number) => void,
  ): Promise<void> {
    const tenantIds = visibleTenantIds(principal);
    let sent = revision;
    try {
      while (subscriber.isOpen) {
        const newest = this.committed.newestRevision;
        if (sent >= newest) {
          onLive(sent);
          return;
        }
        const rows = await this.#reads.run(() => this.outbox.readAfter(sent, batchSize, tenantIds));
        if (!(await this.#isKept(sent, newest))) {
          subscriber.close(1013, 'too slow');
          return;
        }
        this.#publish(rows, subscriber);
        const last = rows.at(-1)?.revision ?? newest;
        // A full batch may be followed by other changes; after all others there is none up to `newest`.
        sent = rows.length === batchSize ? last : Math.max(last, newest);
        await subscriber.whenSent();
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'changes could not be replayed');
      subscriber.close(1011, 'changes cannot be read');
    }
  }

  #publish(rows: readonly OutboxRow[], subscriber: EventSubscriber): void {
    for (const { tenantId, message } of rows.flatMap((row) => changeEvents(row, this.committed.epoch)))
      subscriber.publish(tenantId, JSON.stringify(message));
  }

  /** Whether no change after `revision` was removed from the outbox. */
  async #isKept(revision: number, newest: number): Promise<boolean> {
    if (revision >= newest) return true;
    const oldest = await this.outbox.oldestRevision();
    return oldest !== null && oldest <= revision + 1;
  }
}

function gone(reason: string): ProblemError {
  const detail = `${reason}: read the state again, and listen without \`since\` or from its revision.`;
  return new ProblemError('revision_gone', { detail });
}
