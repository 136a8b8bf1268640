import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Release } from '#libs/async';
import { Database } from '../database/database.js';
import type { OutboxRow } from '../database/entities/outbox-row.entity.js';
import { Outbox } from './outbox.js';
import { WakeSignal } from './wake-signal.js';

export type CommitListener = (change: OutboxRow) => void;

// SQLite has no notifications, and Postgres does not deliver them while the connection is lost.
const pollEveryMs = 1000;
// Revisions of a large document have up to 250 entries, so parsing a batch blocks for some 20 ms.
const batchSize = 10;

/**
 * Notifies listeners in this process of every committed change, once and in the order of revisions: changes
 * of this process right after the commit, changes of other processes on a notification of the database, or
 * within a second.
 */
@Injectable()
export class CommittedChanges implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #listeners = new Set<CommitListener>();
  readonly #ownListeners = new Set<CommitListener>();
  readonly #signal = new WakeSignal();
  #release: Release = () => undefined;
  #loop: Promise<void> = Promise.resolve();
  #isStopped = false;
  #notifiedRevision = 0;

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  /** A listener must not throw and must return at once: the next commit waits for it. */
  subscribe(listener: CommitListener): Release {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Notifies only of changes of this process, each right after its commit; the same rules apply. */
  subscribeToOwn(listener: CommitListener): Release {
    this.#ownListeners.add(listener);
    return () => {
      this.#ownListeners.delete(listener);
    };
  }

  /** The newest committed revision known to this process. */
  get newestRevision(): number {
    return this.#notifiedRevision;
  }

  /** The epoch of the configuration, as this process read it within the last second. */
  get epoch(): string {
    return this.outbox.knownEpoch;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.outbox.initialize();
    this.#notifiedRevision = Math.max(this.#notifiedRevision, (await this.outbox.position()).revision);
    this.#release = this.database.onChange(() => this.#signal.wake());
    this.#loop = this.#run();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#isStopped = true;
    this.#release();
    this.#signal.wake();
    await this.#loop;
  }

  /** Announces a change that this process has just committed. */
  announce(change: OutboxRow): void {
    for (const listener of this.#ownListeners) listener(change);
    // The revisions in between belong to other processes, and listeners get them first.
    if (change.revision > this.#notifiedRevision + 1) this.#signal.wake();
    else this.#notify(change);
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      await this.#readNew().catch(() => undefined);
      await this.#signal.wait(pollEveryMs);
    }
  }

  async #readNew(): Promise<void> {
    // For the epoch.
    await this.outbox.position();
    let rows: OutboxRow[];
    do {
      rows = await this.outbox.readAfter(this.#notifiedRevision, batchSize);
      for (const row of rows) this.#notify(row);
    } while (rows.length === batchSize && !this.#isStopped);
  }

  #notify(change: OutboxRow): void {
    if (change.revision <= this.#notifiedRevision) return;
    this.#notifiedRevision = change.revision;
    for (const listener of this.#listeners) listener(change);
  }
}
