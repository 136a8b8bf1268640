import type { TimingWheel, WheelTimer } from './timing-wheel.js';
import type { TunnelLimits } from './tunnel.js';

/** The timeout or interval of a tunnel that has expired. */
export type Due = 'end' | 'lifetime' | 'idle' | 'ping';

export interface TunnelClockInput {
  wheel: TimingWheel;
  limits: Pick<TunnelLimits, 'idleMs' | 'maxLifetimeMs' | 'pingIntervalMs'>;
  /**
   * When either peer last sent anything other than a pong to the gateway's own ping, by the wheel's clock;
   * null if never.
   */
  lastActivityAtMs: () => number | null;
  onDue: (due: Due) => void;
}

/**
 * Runs all timeouts of a tunnel with one timer on a shared wheel. The timer runs until the earliest deadline.
 * When it fires, the clock computes the deadlines again. Data therefore never needs to restart a timer.
 */
export class TunnelClock {
  readonly #timer: WheelTimer;
  readonly #startedAtMs: number;
  readonly #lifetimeEndsAtMs: number;
  #pingAtMs: number;
  #endAtMs = Infinity;
  #isStopped = false;

  constructor(private readonly input: TunnelClockInput) {
    const { maxLifetimeMs, pingIntervalMs } = input.limits;
    this.#startedAtMs = input.wheel.exactNowMs();
    // Jitter prevents connections that were opened together from closing together or from pinging at the same
    // moment.
    this.#lifetimeEndsAtMs = this.#startedAtMs + (maxLifetimeMs ?? Infinity) * (1 - Math.random() / 10);
    this.#pingAtMs = this.#startedAtMs + (pingIntervalMs ?? Infinity) * (1 - Math.random() / 2);
    this.#timer = input.wheel.createTimer(() => this.#check());
    this.#startTimer(this.#startedAtMs);
  }

  /** Disables all other timeouts and limits the time to the end to at most `milliseconds` from now. */
  limitTo(milliseconds: number): void {
    const nowMs = this.input.wheel.exactNowMs();
    if (this.#isStopped || nowMs + milliseconds >= this.#endAtMs) return;
    this.#endAtMs = nowMs + milliseconds;
    this.#startTimer(nowMs);
  }

  /** Limits the time to the end to `milliseconds` from now, and replaces an earlier limit. */
  renewLimit(milliseconds: number): void {
    this.#endAtMs = Infinity;
    this.limitTo(milliseconds);
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer.stop();
  }

  #check(): void {
    const due = this.#nextDue(this.input.wheel.nowMs);
    if (due) this.input.onDue(due);
    if (!this.#isStopped && due !== 'end') this.#startTimer(this.input.wheel.nowMs);
  }

  #nextDue(nowMs: number): Due | null {
    if (this.#endAtMs < Infinity) return nowMs >= this.#endAtMs ? 'end' : null;
    if (nowMs >= this.#lifetimeEndsAtMs) return 'lifetime';
    if (nowMs >= this.#idleAtMs()) return 'idle';
    if (nowMs < this.#pingAtMs) return null;
    this.#pingAtMs = nowMs + (this.input.limits.pingIntervalMs ?? Infinity);
    return 'ping';
  }

  #idleAtMs(): number {
    return (this.input.lastActivityAtMs() ?? this.#startedAtMs) + (this.input.limits.idleMs ?? Infinity);
  }

  #startTimer(nowMs: number): void {
    const nextMs =
      this.#endAtMs < Infinity
        ? this.#endAtMs
        : Math.min(this.#lifetimeEndsAtMs, this.#idleAtMs(), this.#pingAtMs, nowMs + maxSleepMs);
    this.#timer.start(Math.max(0, nextMs - nowMs));
  }
}

// The wheel's clock stops while no timer runs. A tunnel without any timeout keeps it running.
const maxSleepMs = 60_000;
