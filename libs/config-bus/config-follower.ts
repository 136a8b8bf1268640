import { withJitter, backoffMs, type Release } from '#libs/async';
import type { ConfigPosition } from '#libs/contract';
import type { Logger } from '#libs/redis';
import { ConfigApplier, type ReceivedOutcome } from './config-applier.js';
import type { FollowerStatus } from './follower-status.js';
import type { ConfigConsumer, ConfigListener, ConfigSource, StoredSnapshot } from './ports.js';
import type { SnapshotFile } from './snapshot-file.js';
import { StatusReporter } from './status-reporter.js';

export interface ConfigFollowerOptions {
  source: ConfigSource;
  consumer: ConfigConsumer;
  logger: Logger;
  /**
   * The file of the last good snapshot; without it, the gateway does not serve until it has reached the bus
   * once.
   */
  snapshotFile?: SnapshotFile;
  /** The interval at which positions are compared, since an announcement can be lost; 2,000 by default. */
  checkIntervalMs?: number;
  /** The time for the bus to answer before the snapshot file is used; 2,000 by default. */
  firstAnswerMs?: number;
  /** Called with each new status, also if only the applied position has changed. */
  onStatus?: (status: FollowerStatus) => void;
}

// Further pending changes are dropped; the next check reads them as one snapshot.
const maxPendingChanges = 10_000;
const firstRetryMs = 100;
const defaultFirstAnswerMs = 2000;

/**
 * Keeps the configuration of a gateway in step with the bus: subscribes, applies the stored snapshot, then
 * each change in the order of revisions. Old changes are ignored; after a gap, another epoch or a
 * disturbance, the stored state is read again. Entries that cannot be applied are set aside and named in the
 * status; everything else is applied. The last good state stays in use while the bus is down or empty. One
 * loop does all of this, so at most one snapshot is read at a time.
 */
export class ConfigFollower {
  readonly #reporter: StatusReporter;
  readonly #stopping = new AbortController();
  readonly #applier: ConfigApplier;
  readonly #checkIntervalMs: number;
  readonly #pending: string[] = [];
  #isCheckDue = true;
  #isWorking = false;
  #failures = 0;
  /** Whether the running check has found a stored configuration. */
  #hasBusAnswered = false;
  #onStartProgress = (): void => undefined;
  /**
   * The position of a stored snapshot that was refused; its megabytes are not read again until another
   * snapshot is stored.
   */
  #refusedPosition: ConfigPosition | null = null;
  #subscription: Release | null = null;
  #checkTimer: NodeJS.Timeout | undefined;

  constructor(private readonly options: ConfigFollowerOptions) {
    this.#applier = new ConfigApplier(options.consumer, this.#stopping.signal, () => this.#readFile());
    this.#reporter = new StatusReporter(options.logger, options.onStatus);
    this.#checkIntervalMs = options.checkIntervalMs ?? 2000;
  }

  get status(): FollowerStatus {
    return this.#reporter.status;
  }

  /**
   * Starts following. The bus comes first, since it has recent revocations: the last good snapshot is applied
   * only if the bus does not answer within `firstAnswerMs` or has nothing stored. Resolves when either was
   * applied, or there is neither; never rejects. Call it once.
   */
  async start(): Promise<void> {
    this.#wake();
    await this.#giveBusTime();
    if (this.#applier.appliedPosition === null && !this.#isStopped) await this.#applyFile();
  }

  /** Unsubscribes, stops the timer, and brings the snapshot file up to date. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#reporter.stop();
    clearTimeout(this.#checkTimer);
    this.#subscription?.();
    this.#subscription = null;
    this.#pending.length = 0;
    this.#onStartProgress();
    await this.options.snapshotFile?.close();
  }

  readonly #listener: ConfigListener = {
    onChange: (payload) => {
      this.#pending.push(payload);
      if (this.#pending.length > maxPendingChanges) {
        this.#pending.length = 0;
        this.#isCheckDue = true;
      }
      this.#wake();
    },
    onDisturbance: () => {
      this.#isCheckDue = true;
      this.#wake();
    },
  };

  #wake(): void {
    if (this.#isWorking || this.#isStopped) return;
    this.#isWorking = true;
    void this.#work().finally(() => {
      this.#isWorking = false;
      if (this.#isCheckDue || this.#pending.length > 0) this.#wake();
    });
  }

  async #work(): Promise<void> {
    while (!this.#isStopped) {
      if (this.#isCheckDue) {
        this.#isCheckDue = false;
        await this.#check();
        continue;
      }
      const payload = this.#pending.shift();
      if (payload === undefined) return;
      this.#settle(await this.#applier.takeChange(payload));
    }
  }

  async #check(): Promise<void> {
    try {
      await this.#subscribe();
      await this.#catchUp();
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      this.#reporter.detached(error);
    }
    this.#hasBusAnswered = false;
    this.#onStartProgress();
    this.#scheduleCheck();
  }

  async #giveBusTime(): Promise<void> {
    let isTimeUp = false;
    const timer = setTimeout(() => {
      isTimeUp = true;
      this.#onStartProgress();
    }, this.options.firstAnswerMs ?? defaultFirstAnswerMs);
    const isOver = (): boolean =>
      this.#isStopped || this.#applier.appliedPosition !== null || (isTimeUp && !this.#hasBusAnswered);
    while (!isOver()) await new Promise<void>((resolve) => (this.#onStartProgress = resolve));
    clearTimeout(timer);
  }

  async #subscribe(): Promise<void> {
    if (this.#subscription !== null) return;
    const release = await this.options.source.subscribe(this.#listener);
    if (this.#isStopped) release();
    else this.#subscription = release;
  }

  async #catchUp(): Promise<void> {
    const position = await this.options.source.readPosition();
    if (position === null) {
      this.#reporter.waiting(this.#applier.refusal);
      return;
    }
    this.#hasBusAnswered = true;
    if (this.#applier.hasApplied(position)) {
      this.#confirm();
      return;
    }
    if (this.#isRefused(position)) {
      this.#reporter.stillRefused();
      return;
    }
    const snapshot = await this.options.source.readSnapshot();
    if (snapshot === null) {
      this.#reporter.waiting(this.#applier.refusal);
      return;
    }
    const outcome = await this.#applier.takeSnapshot(snapshot);
    if (outcome.kind === 'refused')
      this.#refusedPosition = { epoch: snapshot.epoch, revision: snapshot.revision };
    this.#settle(outcome);
  }

  #isRefused(position: ConfigPosition): boolean {
    return (
      this.#refusedPosition?.epoch === position.epoch && this.#refusedPosition.revision === position.revision
    );
  }

  #settle(outcome: ReceivedOutcome): void {
    switch (outcome.kind) {
      case 'applied':
        this.#confirm();
        this.#onStartProgress();
        this.options.snapshotFile?.keep(() => this.#applier.snapshot());
        return;
      case 'gap':
        this.#noticeGap();
        return;
      case 'refused':
        this.#reporter.refused(outcome.reason);
        return;
      case 'ignored':
        return;
    }
  }

  // While detached, or while the stored state is refused as a whole, the next check reads it anyway; reading
  // it for each change would flood the bus.
  #noticeGap(): void {
    if (this.status.state !== 'detached' && this.#refusedPosition === null) this.#isCheckDue = true;
  }

  #confirm(): void {
    this.#refusedPosition = null;
    this.#reporter.applied(this.#applier);
  }

  #scheduleCheck(): void {
    if (this.#isStopped) return;
    clearTimeout(this.#checkTimer);
    this.#checkTimer = setTimeout(() => this.#listener.onDisturbance(), this.#delayMs());
  }

  #delayMs(): number {
    if (this.#failures === 0) return this.#checkIntervalMs;
    return withJitter(backoffMs(this.#failures, firstRetryMs, this.#checkIntervalMs));
  }

  async #applyFile(): Promise<void> {
    const snapshot = await this.#readFile();
    if (snapshot === null) return;
    const outcome = await this.#applier.takeFirstSnapshot(snapshot);
    if (outcome.kind === 'refused') {
      this.options.logger.error({ reason: outcome.reason }, 'the snapshot file was refused');
      return;
    }
    if (outcome.kind !== 'applied') return;
    this.#reporter.appliedFromFile(this.#applier);
  }

  async #readFile(): Promise<StoredSnapshot | null> {
    const file = await this.options.snapshotFile?.read();
    return file?.ok === true ? file.snapshot : null;
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }
}
