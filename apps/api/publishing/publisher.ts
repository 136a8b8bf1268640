import { setTimeout } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { backoffMs, errorMessage } from '#libs/async';
import type { ConfigSink } from '#libs/config-bus';
import type { ConfigPosition } from '#libs/contract';
import { CONFIG_SINK, LOGGER } from '../composition/injection-tokens.js';
import { CommittedChanges } from './committed-changes.js';
import { Outbox } from './outbox.js';
import { SnapshotReader } from './snapshot-reader.js';
import { WakeSignal } from './wake-signal.js';

const checkEveryMs = 1000;
const firstRetryMs = 100;
const maxRetryMs = 5000;
const longestStopMs = 5000;
// Revisions of a large document have up to 250 entries: so many rows take some 20 ms to parse, in one go.
const batchSize = 10;
const pruneEveryMs = 5000;

/** How far publishing has come; `lastError` is null while the bus can be reached. */
export interface PublisherState {
  /** Whether this process publishes, or another one does and this one stands by. */
  isLeading: boolean;
  publishedRevision: number | null;
  lastError: string | null;
}

/**
 * Brings what is committed to the bus, in order. It wakes at each commit, when the bus can be reached again, and
 * every second, to compare what is stored with the database: a bus that lost its data, or holds another history,
 * is given the whole snapshot. While the bus is away, commits go on, and it catches up later. Of several processes one
 * publishes, what the others committed too; they stand by, and one of them takes over when it is gone.
 */
@Injectable()
export class Publisher implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly signal = new WakeSignal();
  private readonly releases: (() => void)[] = [];
  private loop: Promise<void> = Promise.resolve();
  private isStopped = false;
  private isLeading = false;
  private published: ConfigPosition | null = null;
  private comparedAtMs = Number.NEGATIVE_INFINITY;
  // The newest revision that a bus of this history can hold: the one at the start, or what was sent since. It is not
  // the newest committed one: a database that was set back could have grown past the bus before the bus is seen.
  private newestSent = 0;
  private prunedAtMs = Number.NEGATIVE_INFINITY;
  private lastError: string | null = null;

  constructor(
    @Inject(CONFIG_SINK) private readonly sink: ConfigSink,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly outbox: Outbox,
    private readonly snapshots: SnapshotReader,
    private readonly committed: CommittedChanges,
  ) {}

  get state(): PublisherState {
    const { isLeading, published, lastError } = this;
    return { isLeading, publishedRevision: published?.revision ?? null, lastError };
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.outbox.initialize();
    this.newestSent = (await this.outbox.position()).revision;
    this.releases.push(
      this.committed.subscribe(() => this.wakeForCommit()),
      this.sink.onReconnect(() => this.checkNow()),
    );
    this.loop = this.run();
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    for (const release of this.releases.splice(0)) release();
    this.signal.wake();
    // A bus that does not answer must not keep the process from ending; what waits is published at the next start.
    await Promise.race([this.loop, setTimeout(longestStopMs, undefined, { ref: false })]);
  }

  private wakeForCommit(): void {
    if (this.lastError === null) this.signal.wake();
  }

  // What is stored is not known any more, so the next round compares it first.
  private checkNow(): void {
    this.published = null;
    this.signal.wake();
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.isStopped) {
      try {
        if (this.isComparisonDue()) await this.compareIfLeading();
        if (this.isLeading) await this.publishCommitted();
        if (this.isLeading) await this.prune();
        this.noteSuccess();
        failures = 0;
        await this.signal.wait(checkEveryMs);
      } catch (error) {
        this.noteFailure(error);
        // While the bus is away changes come in and none goes out.
        await this.prune().catch(() => undefined);
        failures += 1;
        await this.signal.wait(backoffMs(failures, firstRetryMs, maxRetryMs));
      }
    }
  }

  private isComparisonDue(): boolean {
    const isRecent = performance.now() - this.comparedAtMs < checkEveryMs;
    return !this.isLeading || this.published === null || !isRecent;
  }

  private async compareIfLeading(): Promise<void> {
    const isLeading = await this.sink.lead();
    if (isLeading !== this.isLeading) this.logger.info({ isLeading }, 'who publishes has changed');
    this.isLeading = isLeading;
    return isLeading ? this.compareWithBus() : this.standBy();
  }

  // What the one that leads has published is of this database: it has looked, and looks every second.
  private async standBy(): Promise<void> {
    const stored = await this.sink.readPosition();
    const { epoch } = await this.outbox.position();
    this.published = stored?.epoch === epoch ? stored : null;
    this.newestSent = Math.max(this.newestSent, this.published?.revision ?? 0);
  }

  // Nothing was published: another process has taken over. What this one knew of the bus counts no more.
  private async loseLead(): Promise<void> {
    this.logger.info({ isLeading: false }, 'who publishes has changed');
    this.isLeading = false;
    return this.standBy();
  }

  private async compareWithBus(): Promise<void> {
    const stored = await this.sink.readPosition();
    this.comparedAtMs = performance.now();
    if (stored === null) return this.startEpoch();
    const { epoch } = await this.outbox.position();
    if (stored.epoch !== epoch) return this.storeSnapshot();
    if (stored.revision > this.newestSent) {
      const { newestSent } = this;
      this.logger.warn({ stored, newestSent }, 'the database was set back: a new epoch starts');
      return this.startEpoch();
    }
    this.published = stored;
  }

  // An empty bus cannot tell whether this database was set back while gateways hold what it has forgotten. Under a new
  // epoch they take what it says, whatever they hold.
  private async startEpoch(): Promise<void> {
    await this.outbox.startEpoch();
    return this.storeSnapshot();
  }

  private async publishCommitted(): Promise<void> {
    while (!this.isStopped && this.published !== null) {
      const { epoch, revision } = this.published;
      // Read before the rows: a commit between the two is then a row that is seen, not one that seems to be pruned.
      const committed = await this.outbox.position();
      const rows = await this.outbox.readAfter(revision, batchSize);
      const last = rows.at(-1);
      if (!last) return committed.revision > revision ? this.storeSnapshot() : undefined;
      this.newestSent = Math.max(this.newestSent, last.revision);
      // Together, since after an outage hundreds wait, and each exchange is two trips to the bus.
      const outcome = await this.sink.publish(
        ...rows.map(({ revision, committedAt, entries }) => ({ epoch, revision, committedAt, entries })),
      );
      if (outcome === 'not_leading') return this.loseLead();
      if (outcome === 'out_of_step') return this.storeSnapshot();
      this.published = { epoch, revision: last.revision };
    }
  }

  private async storeSnapshot(): Promise<void> {
    const snapshot = await this.snapshots.read();
    this.newestSent = Math.max(this.newestSent, snapshot.revision);
    if ((await this.sink.storeSnapshot(snapshot)) === 'not_leading') return this.loseLead();
    const { epoch, revision } = snapshot;
    this.published = { epoch, revision };
    this.logger.info({ epoch, revision, entries: snapshot.entries.length }, 'snapshot stored');
  }

  private async prune(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.prunedAtMs < pruneEveryMs) return;
    this.prunedAtMs = nowMs;
    await this.outbox.prune(this.published?.revision ?? 0);
  }

  private noteSuccess(): void {
    if (this.lastError !== null) this.logger.info('publishing works again');
    this.lastError = null;
  }

  private noteFailure(error: unknown): void {
    this.published = null;
    if (this.lastError === null)
      this.logger.warn({ err: error }, 'publishing fails; commits wait in the outbox');
    this.lastError = errorMessage(error);
  }
}
