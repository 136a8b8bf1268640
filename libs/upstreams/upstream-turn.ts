import type { AbortNotice } from '#libs/async';
import type { QueueBounds, RetryRule } from '#libs/contract';
import type { BalancedRequest } from './balancing/hash-key.js';
import type { StickyToken } from './balancing/sticky-tokens.js';
import type { RouteHealth } from './health/route-health.js';
import type { RetryBudget } from './retry-budget.js';
import type { StickyRequest } from './sticky-upstreams.js';
import type { UpstreamQueue, WaitOutcome } from './upstream-queue.js';
import type { UpstreamState } from './upstream-state.js';

/** What a turn needs to know of its route. */
export interface TurnOf {
  health: RouteHealth;
  retries: RetryRule;
  retryBudget: RetryBudget;
  queue: UpstreamQueue;
  queueBounds: QueueBounds;
  /** Milliseconds of a monotonic clock. */
  now: () => number;
}

/**
 * What one request may dial, in order, and where it is counted: as pending at the upstream that it dials, as
 * live once it has joined, until its connection ends. It also counts how many others it may still try.
 */
export class UpstreamTurn {
  #pendingAt: UpstreamState | null = null;
  #index = 0;
  #retries = 0;
  /** Whether a retry was taken and is not used yet. */
  #hasRetry = false;
  #candidates: readonly UpstreamState[];
  #waiting: BalancedRequest | null;
  #stickyTokenOf: StickyRequest['tokenOf'] | null;

  /** `waiting` is the request, if no upstream that would take it has room yet: it has to wait for a place. */
  constructor(
    candidates: readonly UpstreamState[],
    private readonly of: TurnOf,
    waiting: BalancedRequest | null = null,
    stickyTokenOf: StickyRequest['tokenOf'] | null = null,
  ) {
    this.#candidates = candidates;
    this.#waiting = waiting;
    this.#stickyTokenOf = stickyTokenOf;
  }

  get candidates(): readonly UpstreamState[] {
    return this.#candidates;
  }

  /** Whether no upstream that would take the request has room yet. */
  get isFull(): boolean {
    return this.#waiting !== null;
  }

  /** Waits until an upstream has room, and takes a place there. */
  async waitForPlace(signal: AbortNotice): Promise<WaitOutcome> {
    const { queue, queueBounds } = this.of;
    if (this.#waiting === null) return 'served';
    return queue.wait({ turn: this, request: this.#waiting }, queueBounds, signal);
  }

  /**
   * The request no longer waits: it takes its place at the first of these candidates now. None: no upstream
   * takes new connections any more.
   */
  serve(candidates: readonly UpstreamState[], stickyTokenOf: StickyRequest['tokenOf'] | null): void {
    this.#waiting = null;
    this.#stickyTokenOf = stickyTokenOf;
    this.#candidates = candidates;
    this.dial(0);
  }

  /** The token of the upstream that it dialed last, for a sticky cookie; null if the route has none. */
  get stickyToken(): StickyToken | null {
    return this.#pendingAt && this.#stickyTokenOf ? this.#stickyTokenOf(this.#pendingAt) : null;
  }

  /** The request dials this candidate now, and no other. */
  dial(index: number): void {
    this.#hasRetry = false;
    this.#index = index;
    const upstream = this.#candidates[index];
    // It may have its place already, which must not be offered to another request.
    if (upstream && upstream === this.#pendingAt) return;
    this.release();
    if (!upstream) return;
    upstream.pending += 1;
    this.#pendingAt = upstream;
  }

  /** Whether this candidate has a place for the request. */
  canDial(index: number): boolean {
    const upstream = this.#candidates[index];
    return upstream !== undefined && (upstream === this.#pendingAt || !upstream.isFull);
  }

  /** Whether another upstream with room, or another address of this one, is left. */
  hasNext(addressesLeft: number): boolean {
    if (addressesLeft > 0) return true;
    for (let index = this.#index + 1; index < this.#candidates.length; index += 1) {
      if (this.canDial(index)) return true;
    }
    return false;
  }

  /** Whether another one could be tried now; another request may be faster. */
  get mayRetry(): boolean {
    const { retries, retryBudget, now } = this.of;
    return this.#retries < retries.attempts && retryBudget.hasRoom(now(), retries);
  }

  /** Whether another one may be tried, which then counts, once until it is dialed or asked. */
  takeRetry(): boolean {
    if (this.#hasRetry) return true;
    if (!this.mayRetry) return false;
    this.#retries += 1;
    this.#hasRetry = true;
    this.of.retryBudget.countRetry(this.of.now());
    return true;
  }

  /** The upstream that it dialed is sent the request. */
  ask(): void {
    this.#hasRetry = false;
  }

  /**
   * The upstream that it dialed last could not be reached, or its handshake failed; `why` is for the owner
   * of the route.
   */
  failed(why: string): void {
    if (this.#pendingAt) this.of.health.failed(this.#pendingAt, why);
  }

  /** The upstream that it dialed last has answered. */
  answered(): void {
    if (this.#pendingAt) this.of.health.joined(this.#pendingAt);
  }

  /**
   * The request has become a connection with the upstream that it dialed last, which counts it until `leave`
   * is called there, once; null if it has dialed none.
   */
  join(): UpstreamState | null {
    const upstream = this.#pendingAt;
    // First, so that its place is not free in between.
    if (upstream) upstream.live += 1;
    this.release();
    return upstream;
  }

  /** The request no longer waits for an upstream. Safe to call twice, and after `join`. */
  release(): void {
    const upstream = this.#pendingAt;
    this.#pendingAt = null;
    upstream?.settle();
  }
}
