import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Release } from '#libs/async';
import { Database } from '../database/database.js';
import type { OutboxRow } from '../database/entities/outbox-row.entity.js';
import { Outbox } from './outbox.js';
import { WakeSignal } from './wake-signal.js';

export type CommitListener = (change: OutboxRow) => void;

// For what the database did not tell of: SQLite tells nothing, and a connection to Postgres can be lost.
const lookEveryMs = 1000;
// Revisions of a large document have up to 250 entries: so many rows take some 20 ms to parse, in one go.
const batchSize = 10;

/**
 * Tells this process of every committed change, once and in the order of the revisions: of its own right after the
 * commit, of those that other processes committed when the database tells of them, and a second later at most.
 */
@Injectable()
export class CommittedChanges implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly listeners = new Set<CommitListener>();
  private readonly ownListeners = new Set<CommitListener>();
  private readonly signal = new WakeSignal();
  private release: Release = () => undefined;
  private loop: Promise<void> = Promise.resolve();
  private isStopped = false;
  private newestTold = 0;

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  /** A listener must not throw and must return at once: it stands between two commits. */
  subscribe(listener: CommitListener): Release {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Only those that this process commits, each right after its commit; as bounded as other listeners. */
  subscribeToOwn(listener: CommitListener): Release {
    this.ownListeners.add(listener);
    return () => {
      this.ownListeners.delete(listener);
    };
  }

  /** The newest revision that this process knows to be committed. */
  get newestRevision(): number {
    return this.newestTold;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.outbox.initialize();
    this.newestTold = Math.max(this.newestTold, (await this.outbox.position()).revision);
    this.release = this.database.onChange(() => this.signal.wake());
    this.loop = this.run();
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    this.release();
    this.signal.wake();
    await this.loop;
  }

  /** For a change that this process has just committed. */
  announce(change: OutboxRow): void {
    for (const listener of this.ownListeners) listener(change);
    // Those between are of other processes, and come first.
    if (change.revision > this.newestTold + 1) this.signal.wake();
    else this.tell(change);
  }

  private async run(): Promise<void> {
    while (!this.isStopped) {
      await this.readOn().catch(() => undefined);
      await this.signal.wait(lookEveryMs);
    }
  }

  private async readOn(): Promise<void> {
    let rows: OutboxRow[];
    do {
      rows = await this.outbox.readAfter(this.newestTold, batchSize);
      for (const row of rows) this.tell(row);
    } while (rows.length === batchSize && !this.isStopped);
  }

  private tell(change: OutboxRow): void {
    if (change.revision <= this.newestTold) return;
    this.newestTold = change.revision;
    for (const listener of this.listeners) listener(change);
  }
}
