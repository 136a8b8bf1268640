import type { AbortNotice } from '#libs/async';
import type { QueueBounds, RetryRule } from '#libs/contract';
import type { BalancedRequest } from './balancing/hash-key.js';
import type { StickyToken } from './balancing/sticky-tokens.js';
import type { RouteHealth } from './health/route-health.js';
import type { RetryBudget } from './retry-budget.js';
import type { StickyRequest } from './sticky-upstreams.js';
import type { UpstreamQueue, WaitOutcome } from './upstream-queue.js';
import type { UpstreamState } from './upstream-state.js';

/** The parts of the route that a turn uses. */
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
 * The upstreams that one request may dial, in order, and the upstream that counts it: as pending while it
 * dials, as live from the join until the connection ends. It also counts the retries of the request.
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

  /** Waits until an upstream has capacity, and reserves a place there. */
  async waitForPlace(signal: AbortNotice): Promise<WaitOutcome> {
    const { queue, queueBounds } = this.of;
    if (this.#waiting === null) return 'served';
    return queue.wait({ turn: this, request: this.#waiting }, queueBounds, signal);
  }

  /**
   * Ends the wait and reserves a place at the first of these candidates. The list is empty if no upstream
   * accepts new connections any more.
   */
  serve(candidates: readonly UpstreamState[], stickyTokenOf: StickyRequest['tokenOf'] | null): void {
    this.#waiting = null;
    this.#stickyTokenOf = stickyTokenOf;
    this.#candidates = candidates;
    this.dial(0);
  }

  /** The token of the last dialed upstream for a sticky cookie; null if the route has no sticky cookies. */
  get stickyToken(): StickyToken | null {
    return this.#pendingAt && this.#stickyTokenOf ? this.#stickyTokenOf(this.#pendingAt) : null;
  }

  /** Counts the request as pending at this candidate only. */
  dial(index: number): void {
    this.#hasRetry = false;
    this.#index = index;
    const upstream = this.#candidates[index];
    // The request may already hold the place, which must not be offered to another request.
    if (upstream && upstream === this.#pendingAt) return;
    this.release();
    if (!upstream) return;
    upstream.pending += 1;
    this.#pendingAt = upstream;
  }

  /** Whether this candidate has capacity for the request. */
  canDial(index: number): boolean {
    const upstream = this.#candidates[index];
    return upstream !== undefined && (upstream === this.#pendingAt || !upstream.isFull);
  }

  /** Whether another upstream with capacity, or another address of this one, is left. */
  hasNext(addressesLeft: number): boolean {
    if (addressesLeft > 0) return true;
    for (let index = this.#index + 1; index < this.#candidates.length; index += 1) {
      if (this.canDial(index)) return true;
    }
    return false;
  }

  /** Whether a retry is allowed now. Another request may still use up the budget first. */
  get mayRetry(): boolean {
    const { retries, retryBudget, now } = this.of;
    return this.#retries < retries.attempts && retryBudget.hasRoom(now(), retries);
  }

  /** Takes a retry from the budget if one is allowed. A retry that is not used yet is not taken again. */
  takeRetry(): boolean {
    if (this.#hasRetry) return true;
    if (!this.mayRetry) return false;
    this.#retries += 1;
    this.#hasRetry = true;
    this.of.retryBudget.countRetry(this.of.now());
    return true;
  }

  /** Must be called before the request is sent to the dialed upstream. */
  ask(): void {
    this.#hasRetry = false;
  }

  /**
   * Reports that the last dialed upstream could not be connected to, or that its handshake failed. `why` is
   * shown to the owner of the route.
   */
  failed(why: string): void {
    if (this.#pendingAt) this.of.health.failed(this.#pendingAt, why);
  }

  /** Reports that the last dialed upstream has answered. */
  answered(): void {
    if (this.#pendingAt) this.of.health.joined(this.#pendingAt);
  }

  /**
   * Counts the request as a live connection of the last dialed upstream, and returns that upstream; null if
   * it has dialed none. The caller must call `leave` on it once.
   */
  join(): UpstreamState | null {
    const upstream = this.#pendingAt;
    // Before the release, so that the place is not free in between.
    if (upstream) upstream.live += 1;
    this.release();
    return upstream;
  }

  /** Ends counting the request as pending. Safe to call twice, and after `join`. */
  release(): void {
    const upstream = this.#pendingAt;
    this.#pendingAt = null;
    upstream?.settle();
  }
}
