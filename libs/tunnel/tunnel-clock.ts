import type { TimingWheel, WheelTimer } from './timing-wheel.js';
import type { TunnelLimits } from './tunnel.js';

/** What it is time for. */
export type Due = 'end' | 'lifetime' | 'idle' | 'ping';

export interface TunnelClockInput {
  wheel: TimingWheel;
  limits: Pick<TunnelLimits, 'idleMs' | 'maxLifetimeMs' | 'pingIntervalMs'>;
  /** When either peer last sent anything but a pong to the gateway's own ping, by the wheel's clock; null: never. */
  lastActivityAtMs: () => number | null;
  onDue: (due: Due) => void;
}

/**
 * All that a tunnel waits for, with one timer on a shared wheel: the timer runs to whatever is next, and what has
 * moved meanwhile is looked at then, so that data costs no timer anything.
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
    // Jitter, so that connections that came together neither go together nor ping in the same moment.
    this.#lifetimeEndsAtMs = this.#startedAtMs + (maxLifetimeMs ?? Infinity) * (1 - Math.random() / 10);
    this.#pingAtMs = this.#startedAtMs + (pingIntervalMs ?? Infinity) * (1 - Math.random() / 2);
    this.#timer = input.wheel.createTimer(() => this.#look());
    this.#startTimer(this.#startedAtMs);
  }

  /** From now on nothing is waited for but the end, in so many milliseconds at most. */
  limitTo(milliseconds: number): void {
    const nowMs = this.input.wheel.exactNowMs();
    if (this.#isStopped || nowMs + milliseconds >= this.#endAtMs) return;
    this.#endAtMs = nowMs + milliseconds;
    this.#startTimer(nowMs);
  }

  /** Limits the time to the end to `milliseconds` from now, in place of an earlier limit. */
  renewLimit(milliseconds: number): void {
    this.#endAtMs = Infinity;
    this.limitTo(milliseconds);
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer.stop();
  }

  #look(): void {
    const due = this.#whatIsDue(this.input.wheel.nowMs);
    if (due) this.input.onDue(due);
    if (!this.#isStopped && due !== 'end') this.#startTimer(this.input.wheel.nowMs);
  }

  #whatIsDue(nowMs: number): Due | null {
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

// The wheel's clock stands still while no timer runs; a tunnel that waits for nothing keeps it going.
const maxSleepMs = 60_000;
