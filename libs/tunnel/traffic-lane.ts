import type { TimingWheel, WheelTimer } from './timing-wheel.js';
import { TokenBucket, tokenBucketFields } from './token-bucket.js';

/** What holds bytes back until its lane lets them pass. */
export interface LaneWaiter {
  /** The lane may have something to give again. A waiter that still needs more waits again. */
  onAllowance(): void;
}

/** How much may pass in a second; null: no limit. */
export interface LaneRates {
  messagesPerSecond: number | null;
  bytesPerSecond: number | null;
}

const servingIntervalMs = 25;

// The layout of `LaneMemory` in libs/engine/native/src/traffic_lane.h.
const memoryFields = 16;
const messagesAt = 0;
const bytesAt = 1;
const messageTokensAt = 2;
const byteTokensAt = messageTokensAt + tokenBucketFields;
const waitingInEngineAt = byteTokensAt + tokenBucketFields;
const waitingInJavaScriptAt = waitingInEngineAt + 1;

/**
 * What all connections of a tenant send one way through this gateway: how much it was, and how much more may pass
 * now. Who finds nothing left waits in line, so that the connections of a tenant share its rate fairly.
 */
export class TrafficLane {
  /**
   * Its counters and its token buckets. The native engine counts and takes here too, on the same thread, so that the rates of a
   * tenant hold over the connections of both.
   */
  readonly memory = new Float64Array(memoryFields);

  readonly #messageTokens = new TokenBucket(this.memory, messageTokensAt);
  readonly #byteTokens = new TokenBucket(this.memory, byteTokensAt);
  readonly #waiting = new Set<LaneWaiter>();
  #isServing = false;
  readonly #timer: WheelTimer;

  constructor(private readonly wheel: TimingWheel) {
    this.#timer = wheel.createTimer(() => this.#serve());
  }

  /** Complete data messages so far. */
  get messages(): number {
    return this.memory[messagesAt] ?? 0;
  }

  /** Bytes so far, frame headers included. */
  get bytes(): number {
    return this.memory[bytesAt] ?? 0;
  }

  get isLimited(): boolean {
    return this.#messageTokens.isLimited || this.#byteTokens.isLimited;
  }

  /** How many connections wait in line, those of the native engine included. */
  get waiting(): number {
    return this.#waiting.size + (this.memory[waitingInEngineAt] ?? 0);
  }

  /** Counts what has passed. */
  count(messages: number, bytes: number): void {
    this.memory[messagesAt] = this.messages + messages;
    this.memory[bytesAt] = this.bytes + bytes;
  }

  /** Holds at once, also for who waits. A bucket whose rate stays keeps what is in it. */
  setRates({ messagesPerSecond, bytesPerSecond }: LaneRates): void {
    this.#messageTokens.setRate(messagesPerSecond, this.wheel.nowMs);
    this.#byteTokens.setRate(bytesPerSecond, this.wheel.nowMs);
    if (this.#waiting.size > 0) this.#timer.start(0);
  }

  /** Messages that may begin now. */
  allowedMessages(): number {
    return this.#allowed(this.#messageTokens);
  }

  /** Bytes that may pass now. */
  allowedBytes(): number {
    return this.#allowed(this.#byteTokens);
  }

  /** Counts what has passed against what is allowed. */
  take(messages: number, bytes: number): void {
    this.#messageTokens.take(messages);
    this.#byteTokens.take(bytes);
  }

  wait(waiter: LaneWaiter): void {
    if (this.#waiting.size === 0) this.#timer.start(servingIntervalMs);
    this.#waiting.add(waiter);
    this.#shareLengthOfLine();
  }

  /** For a waiter that has nothing left to send; safe to call for one that does not wait. */
  leave(waiter: LaneWaiter): void {
    if (!this.#waiting.delete(waiter)) return;
    this.#shareLengthOfLine();
    if (this.#waiting.size === 0) this.#timer.stop();
  }

  #allowed(tokens: TokenBucket): number {
    if (!tokens.isLimited) return Infinity;
    return this.#isSkippingTheLine() ? 0 : tokens.available(this.wheel.nowMs);
  }

  #isSkippingTheLine(): boolean {
    return !this.#isServing && this.waiting > 0;
  }

  #shareLengthOfLine(): void {
    this.memory[waitingInJavaScriptAt] = this.#waiting.size;
  }

  // Each waiter is asked at most once; who needs more has put itself at the end of the line.
  #serve(): void {
    this.#isServing = true;
    for (let left = this.#waiting.size; left > 0 && !this.#isExhausted(); left -= 1) {
      const [waiter] = this.#waiting;
      if (!waiter) break;
      this.#waiting.delete(waiter);
      this.#shareLengthOfLine();
      waiter.onAllowance();
    }
    this.#isServing = false;
    if (this.#waiting.size > 0) this.#timer.start(servingIntervalMs);
  }

  #isExhausted(): boolean {
    return this.allowedMessages() === 0 || this.allowedBytes() === 0;
  }
}
