import type { TimingWheel, WheelTimer } from './timing-wheel.js';
import { TokenBucket, tokenBucketFields } from './token-bucket.js';

/** A waiter holds bytes back until its lane lets them pass. */
export interface LaneWaiter {
  /** The lane may have an allowance again. A waiter that needs more must wait again. */
  onAllowance(): void;
}

/** The rates of a lane, per second; null means no limit. */
export interface LaneRates {
  messagesPerSecond: number | null;
  bytesPerSecond: number | null;
}

const servingIntervalMs = 25;

// The memory layout of `LaneMemory` in libs/engine/native/src/traffic_lane.h.
const memoryFields = 16;
const messagesAt = 0;
const bytesAt = 1;
const messageTokensAt = 2;
const byteTokensAt = messageTokensAt + tokenBucketFields;
const waitingInEngineAt = byteTokensAt + tokenBucketFields;
const waitingInJavaScriptAt = waitingInEngineAt + 1;

/**
 * The traffic that all connections of a tenant, a route or an API key send one way through this gateway. It
 * counts the traffic and limits how much more may pass now. A connection without allowance waits in line, so
 * that connections share a rate fairly.
 */
export class TrafficLane {
  /**
   * The counters and token buckets of the lane. The native engine counts and takes tokens here too, on the
   * same thread, so that the rates apply to the connections of both engines together.
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

  /** The number of complete data messages so far. */
  get messages(): number {
    return this.memory[messagesAt] ?? 0;
  }

  /** The number of bytes so far, including frame headers. */
  get bytes(): number {
    return this.memory[bytesAt] ?? 0;
  }

  get isLimited(): boolean {
    return this.#messageTokens.isLimited || this.#byteTokens.isLimited;
  }

  /** The number of connections that wait in line, including those of the native engine. */
  get waiting(): number {
    return this.#waiting.size + (this.memory[waitingInEngineAt] ?? 0);
  }

  /** Whether as much may pass as after a long pause. */
  get isRested(): boolean {
    return this.#messageTokens.isFull(this.wheel.nowMs) && this.#byteTokens.isFull(this.wheel.nowMs);
  }

  /** Counts messages and bytes that have passed. */
  count(messages: number, bytes: number): void {
    this.memory[messagesAt] = this.messages + messages;
    this.memory[bytesAt] = this.bytes + bytes;
  }

  /**
   * Sets the rates. They apply at once, also to connections that wait. A bucket whose rate does not change
   * keeps its tokens.
   */
  setRates({ messagesPerSecond, bytesPerSecond }: LaneRates): void {
    this.#messageTokens.setRate(messagesPerSecond, this.wheel.nowMs);
    this.#byteTokens.setRate(bytesPerSecond, this.wheel.nowMs);
    if (this.#waiting.size > 0) this.#timer.start(0);
  }

  /** The number of messages that may begin now. */
  allowedMessages(): number {
    return this.#allowed(this.#messageTokens);
  }

  /** The number of bytes that may pass now. */
  allowedBytes(): number {
    return this.#allowed(this.#byteTokens);
  }

  /** Deducts messages and bytes that have passed from the allowance. */
  take(messages: number, bytes: number): void {
    this.#messageTokens.take(messages);
    this.#byteTokens.take(bytes);
  }

  wait(waiter: LaneWaiter): void {
    if (this.#waiting.size === 0) this.#timer.start(servingIntervalMs);
    this.#waiting.add(waiter);
    this.#shareLengthOfLine();
  }

  /** Removes a waiter that has nothing left to send. It is safe to call for a waiter that is not in line. */
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

  // Each waiter is called at most once. A waiter that needs more has put itself at the end of the line.
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
