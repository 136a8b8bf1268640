import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { spreadClose, type ConnectionRegistry, type LiveConnection, type Spread } from '#libs/connections';
import type { DrainProgress } from '#libs/contract';
import type { Pipeline } from '#libs/pipeline';

export interface DrainInput {
  pipeline: Pick<Pipeline, 'startDraining' | 'stopDraining' | 'pending'>;
  registry: ConnectionRegistry;
  logger: Logger;
  /** The time for peers to answer a close, in milliseconds. */
  closeTimeoutMs: number;
  /** Called when a drain has begun or was cancelled. */
  onChanged(): void;
  /** Called about once a second while connections are left, and when the last one has ended. */
  onProgress(): void;
}

interface Plan {
  startedAt: Date;
  startedAtMs: number;
  endsAtMs: number;
  total: number;
  spread: Spread;
}

const drainingClose = { code: 1001, reason: 'gateway draining' };
const checkMs = 20;
const progressEveryMs = 1000;
const progressesPerLogLine = 5;

/**
 * Drains this gateway: new requests are refused, and live connections are closed
 * with 1001, spread over a period.
 */
export class Drain {
  #plan: Plan | null = null;
  #isRefusing = false;
  #isStopping = false;
  #progressTimer: NodeJS.Timeout | null = null;
  #progresses = 0;
  // Connections that joined after the drain began, with the timer that closes each.
  readonly #late = new Map<LiveConnection, NodeJS.Timeout>();

  constructor(private readonly input: DrainInput) {}

  get isUnderWay(): boolean {
    return this.#plan !== null;
  }

  /** Null until it begins. */
  get progress(): DrainProgress | null {
    if (!this.#plan) return null;
    const { startedAt, startedAtMs, endsAtMs, total } = this.#plan;
    const periodMs = Math.round(endsAtMs - startedAtMs);
    return { startedAt: startedAt.toISOString(), periodMs, total, remaining: this.input.registry.size };
  }

  /**
   * Begins to drain. A running drain continues, unless this one ends sooner: then the remaining connections
   * are closed over the shorter period.
   */
  begin(periodMs: number): void {
    if (!this.#isRefusing) this.input.pipeline.startDraining();
    this.#isRefusing = true;
    this.#spread(periodMs);
  }

  /** Begins a drain that cannot be cancelled, since the process stops at its end. */
  stopWithin(periodMs: number): void {
    this.#isStopping = true;
    this.begin(periodMs);
  }

  /**
   * Like `stopWithin`, for a gateway that another gateway has replaced: requests on its open sockets are
   * still served, and their connections are closed within the same period.
   */
  retire(periodMs: number): void {
    this.#isStopping = true;
    this.#spread(periodMs);
  }

  /**
   * Cancels the drain: requests are accepted again, and the connections that are not closed yet stay open.
   * Does nothing without a drain. Returns false if the process is stopping.
   */
  cancel(): boolean {
    if (this.#isStopping) return false;
    if (this.#plan === null) return true;
    this.stop();
    this.#log('drain cancelled');
    this.#plan = null;
    this.#isRefusing = false;
    this.#progresses = 0;
    this.input.pipeline.stopDraining();
    this.input.onChanged();
    return true;
  }

  /** Call it with each joined connection. */
  onJoined(connection: LiveConnection): void {
    if (!this.#plan) return;
    const leftMs = Math.max(0, this.#plan.endsAtMs - performance.now());
    const close = (): void => {
      this.#late.delete(connection);
      connection.tunnel.close(drainingClose.code, drainingClose.reason);
    };
    this.#late.set(connection, setTimeout(close, Math.random() * leftMs));
  }

  #spread(periodMs: number): void {
    const nowMs = performance.now();
    const endsAtMs = nowMs + periodMs;
    if (this.#plan && this.#plan.endsAtMs <= endsAtMs) return;
    if (this.#plan) {
      const { startedAt, startedAtMs, total } = this.#plan;
      const left = [...this.#plan.spread.stop(), ...this.#takeLate()];
      const spread = this.#close(left, periodMs);
      this.#plan = { startedAt, startedAtMs, endsAtMs, total, spread };
      this.#log('drain shortened');
      return;
    }
    const connections = [...this.input.registry.all()];
    const total = connections.length;
    const spread = this.#close(connections, periodMs);
    this.#plan = { startedAt: new Date(), startedAtMs: nowMs, endsAtMs, total, spread };
    this.#log('draining');
    this.#progressTimer = setInterval(() => this.#reportProgress(), progressEveryMs);
    this.input.onChanged();
    this.onEnded();
  }

  /** Call it when a connection has ended. */
  onEnded(): void {
    if (!this.#progressTimer || this.input.registry.size > 0) return;
    this.#stopProgress();
    this.#log('drained');
    this.input.onProgress();
  }

  /**
   * Resolves when no connection is left, or when the period and the close timeout are over. `awaited` counts
   * sockets that may still send a request, for which it waits at least `awaitedMs`.
   */
  async whenOver(awaited: () => number = () => 0, awaitedMs = 0): Promise<void> {
    const { registry, pipeline, closeTimeoutMs } = this.input;
    const awaitedUntilMs = performance.now() + awaitedMs;
    const isBusy = (): boolean => registry.size > 0 || pipeline.pending > 0 || awaited() > 0;
    const endsAtMs = (): number => Math.max(this.#plan?.endsAtMs ?? 0, awaitedUntilMs) + closeTimeoutMs;
    while (isBusy() && performance.now() < endsAtMs()) await delay(checkMs);
  }

  /** Closes no more connections. */
  stop(): void {
    this.#plan?.spread.stop();
    this.#takeLate();
    this.#stopProgress();
  }

  #takeLate(): LiveConnection[] {
    for (const timer of this.#late.values()) clearTimeout(timer);
    const late = [...this.#late.keys()];
    this.#late.clear();
    return late;
  }

  #close(connections: LiveConnection[], periodMs: number): Spread {
    return spreadClose(connections, { periodMs, ...drainingClose });
  }

  #reportProgress(): void {
    this.#progresses += 1;
    if (this.#progresses % progressesPerLogLine === 0) this.#log('still draining');
    this.input.onProgress();
  }

  #stopProgress(): void {
    if (this.#progressTimer) clearInterval(this.#progressTimer);
    this.#progressTimer = null;
  }

  #log(message: string): void {
    this.input.logger.info(this.progress, message);
  }
}
