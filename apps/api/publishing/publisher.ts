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
const maxStopMs = 5000;
// Revisions of a large document have up to 250 entries, so parsing a batch blocks for some 20 ms.
const batchSize = 10;
const pruneEveryMs = 5000;

/** The progress of publishing; `lastError` is null while the bus can be reached. */
export interface PublisherState {
  /** Whether this process publishes; otherwise another process does. */
  isLeading: boolean;
  publishedRevision: number | null;
  lastError: string | null;
}

/**
 * Publishes committed changes to the bus, in order. It wakes at each commit, when the bus is reachable again,
 * and every second to compare the bus with the database: a bus that lost its data, or has another epoch, gets
 * the whole snapshot. While the bus is unavailable, commits continue, and the publisher catches up later.
 * With several processes, one leads and publishes the changes of all. The others stand by, and one of them
 * becomes the leader when the leader stops.
 */
@Injectable()
export class Publisher implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #signal = new WakeSignal();
  readonly #releases: (() => void)[] = [];
  #loop: Promise<void> = Promise.resolve();
  #isStopped = false;
  #isLeading = false;
  #published: ConfigPosition | null = null;
  #comparedAtMs = Number.NEGATIVE_INFINITY;
  // The newest revision that a bus of this epoch can have: the revision at the start, or the last one sent
  // since. Not the newest committed revision: a restored database could have passed the bus before this reads
  // the bus.
  #newestSent = 0;
  #prunedAtMs = Number.NEGATIVE_INFINITY;
  #lastError: string | null = null;

  constructor(
    @Inject(CONFIG_SINK) private readonly sink: ConfigSink,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly outbox: Outbox,
    private readonly snapshots: SnapshotReader,
    private readonly committed: CommittedChanges,
  ) {}

  get state(): PublisherState {
    return {
      isLeading: this.#isLeading,
      publishedRevision: this.#published?.revision ?? null,
      lastError: this.#lastError,
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.outbox.initialize();
    this.#newestSent = (await this.outbox.position()).revision;
    this.#releases.push(
      this.committed.subscribe(() => this.#wakeForCommit()),
      this.sink.onReconnect(() => this.#checkNow()),
    );
    this.#loop = this.#run();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#isStopped = true;
    for (const release of this.#releases.splice(0)) release();
    this.#signal.wake();
    // A bus that does not answer must not keep the process from exiting; the rest is published at the next
    // start.
    await Promise.race([this.#loop, setTimeout(maxStopMs, undefined, { ref: false })]);
  }

  #wakeForCommit(): void {
    if (this.#lastError === null) this.#signal.wake();
  }

  // The state of the bus is unknown, so the next round compares it with the database first.
  #checkNow(): void {
    this.#published = null;
    this.#signal.wake();
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#isStopped) {
      try {
        if (this.#isComparisonDue()) await this.#compareIfLeading();
        if (this.#isLeading) await this.#publishCommitted();
        if (this.#isLeading) await this.#prune();
        this.#noteSuccess();
        failures = 0;
        await this.#signal.wait(checkEveryMs);
      } catch (error) {
        this.#noteFailure(error);
        // While the bus is unavailable the outbox only grows.
        await this.#prune().catch(() => undefined);
        failures += 1;
        await this.#signal.wait(backoffMs(failures, firstRetryMs, maxRetryMs));
      }
    }
  }

  #isComparisonDue(): boolean {
    const isRecent = performance.now() - this.#comparedAtMs < checkEveryMs;
    return !this.#isLeading || this.#published === null || !isRecent;
  }

  async #compareIfLeading(): Promise<void> {
    const isLeading = await this.sink.lead();
    if (isLeading !== this.#isLeading) this.logger.info({ isLeading }, 'the publishing process has changed');
    this.#isLeading = isLeading;
    return isLeading ? this.#compareWithBus() : this.#standBy();
  }

  // The leader compares the bus with this database every second, so the position of the bus is valid.
  async #standBy(): Promise<void> {
    const stored = await this.sink.readPosition();
    const { epoch } = await this.outbox.position();
    this.#published = stored?.epoch === epoch ? stored : null;
    this.#newestSent = Math.max(this.#newestSent, this.#published?.revision ?? 0);
  }

  // Nothing was published, since another process leads now. The known state of the bus is outdated.
  async #stepDown(): Promise<void> {
    this.logger.info({ isLeading: false }, 'the publishing process has changed');
    this.#isLeading = false;
    return this.#standBy();
  }

  async #compareWithBus(): Promise<void> {
    const stored = await this.sink.readPosition();
    this.#comparedAtMs = performance.now();
    if (stored === null) return this.#startEpoch();
    const { epoch } = await this.outbox.position();
    if (stored.epoch !== epoch) return this.#storeSnapshot();
    if (stored.revision > this.#newestSent) {
      this.logger.warn(
        { stored, newestSent: this.#newestSent },
        'the database was set back: a new epoch starts',
      );
      return this.#startEpoch();
    }
    this.#published = stored;
  }

  // An empty bus does not show whether this database was restored to an older state than gateways have.
  // Gateways accept a snapshot of a new epoch in any case.
  async #startEpoch(): Promise<void> {
    await this.outbox.startEpoch();
    return this.#storeSnapshot();
  }

  async #publishCommitted(): Promise<void> {
    while (!this.#isStopped && this.#published !== null) {
      const { epoch, revision } = this.#published;
      // Read before the rows, since a commit in between would look like a pruned row.
      const committed = await this.outbox.position();
      const rows = await this.outbox.readAfter(revision, batchSize);
      const last = rows.at(-1);
      if (!last) return committed.revision > revision ? this.#storeSnapshot() : undefined;
      this.#newestSent = Math.max(this.#newestSent, last.revision);
      // In batches, since hundreds of changes may wait after an outage, and each call is two round trips to
      // the bus.
      const outcome = await this.sink.publish(
        ...rows.map(({ revision, committedAt, entries }) => ({ epoch, revision, committedAt, entries })),
      );
      if (outcome === 'not_leading') return this.#stepDown();
      if (outcome === 'out_of_step') return this.#storeSnapshot();
      this.#published = { epoch, revision: last.revision };
    }
  }

  async #storeSnapshot(): Promise<void> {
    const snapshot = await this.snapshots.read();
    this.#newestSent = Math.max(this.#newestSent, snapshot.revision);
    if ((await this.sink.storeSnapshot(snapshot)) === 'not_leading') return this.#stepDown();
    const { epoch, revision } = snapshot;
    this.#published = { epoch, revision };
    this.logger.info({ epoch, revision, entries: snapshot.entries.length }, 'snapshot stored');
  }

  async #prune(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.#prunedAtMs < pruneEveryMs) return;
    this.#prunedAtMs = nowMs;
    await this.outbox.prune(this.#published?.revision ?? 0);
  }

  #noteSuccess(): void {
    if (this.#lastError !== null) this.logger.info('publishing works again');
    this.#lastError = null;
  }

  #noteFailure(error: unknown): void {
    this.#published = null;
    if (this.#lastError === null)
      this.logger.warn({ err: error }, 'publishing failed; committed changes wait in the outbox');
    this.#lastError = errorMessage(error);
  }
}
