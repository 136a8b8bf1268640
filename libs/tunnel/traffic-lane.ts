import type { TimingWheel, WheelTimer } from './timing-wheel.js';
import { TokenBucket } from './token-bucket.js';

/** What holds bytes back until its lane lets them pass. */
export interface LaneWaiter {
  /** The lane may have something to give again. A waiter that still needs more waits anew. */
  onAllowance(): void;
}

/** How much may pass in a second; null: no limit. */
export interface LaneRates {
  messagesPerSecond: number | null;
  bytesPerSecond: number | null;
}

const servingIntervalMs = 25;

/**
 * What all connections of a tenant send one way through this gateway: how much it was, and how much more may pass
 * now. Who finds nothing left waits in line, so that the connections of a tenant share its rate fairly.
 */
export class TrafficLane {
  /** Complete data messages so far. */
  messages = 0;
  /** Bytes so far, frame headers included. */
  bytes = 0;

  #messageTokens: TokenBucket | null = null;
  #byteTokens: TokenBucket | null = null;
  readonly #waiting = new Set<LaneWaiter>();
  #isServing = false;
  readonly #timer: WheelTimer;

  constructor(private readonly wheel: TimingWheel) {
    this.#timer = wheel.createTimer(() => this.#serve());
  }

  get isLimited(): boolean {
    return this.#messageTokens !== null || this.#byteTokens !== null;
  }

  /** Holds at once, also for who waits. A bucket whose rate stays keeps what is in it. */
  setRates({ messagesPerSecond, bytesPerSecond }: LaneRates): void {
    this.#messageTokens = this.#bucketOf(this.#messageTokens, messagesPerSecond);
    this.#byteTokens = this.#bucketOf(this.#byteTokens, bytesPerSecond);
    if (this.#waiting.size > 0) this.#timer.start(0);
  }

  /** Messages that may begin now. */
  allowedMessages(): number {
    if (!this.#messageTokens) return Infinity;
    return this.#isSkippingTheLine() ? 0 : this.#messageTokens.available(this.wheel.nowMs);
  }

  /** Bytes that may pass now. */
  allowedBytes(): number {
    if (!this.#byteTokens) return Infinity;
    return this.#isSkippingTheLine() ? 0 : this.#byteTokens.available(this.wheel.nowMs);
  }

  /** Counts what has passed against what is allowed. */
  take(messages: number, bytes: number): void {
    this.#messageTokens?.take(messages);
    this.#byteTokens?.take(bytes);
  }

  wait(waiter: LaneWaiter): void {
    if (this.#waiting.size === 0) this.#timer.start(servingIntervalMs);
    this.#waiting.add(waiter);
  }

  /** For a waiter that has nothing left to send; safe to call for one that does not wait. */
  leave(waiter: LaneWaiter): void {
    this.#waiting.delete(waiter);
    if (this.#waiting.size === 0) this.#timer.stop();
  }

  #isSkippingTheLine(): boolean {
    return !this.#isServing && this.#waiting.size > 0;
  }

  // Each waiter is asked at most once; who needs more has put itself at the end of the line.
  #serve(): void {
    this.#isServing = true;
    for (let left = this.#waiting.size; left > 0 && !this.#isExhausted(); left -= 1) {
      const [waiter] = this.#waiting;
      if (!waiter) break;
      this.#waiting.delete(waiter);
      waiter.onAllowance();
    }
    this.#isServing = false;
    if (this.#waiting.size > 0) this.#timer.start(servingIntervalMs);
  }

  #isExhausted(): boolean {
    return this.allowedMessages() === 0 || this.allowedBytes() === 0;
  }

  #bucketOf(current: TokenBucket | null, perSecond: number | null): TokenBucket | null {
    if (perSecond === null) return null;
    return current?.perSecond === perSecond ? current : new TokenBucket(perSecond, this.wheel.nowMs);
  }
}
