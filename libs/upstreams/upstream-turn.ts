import type { RetryRule } from '#libs/contract';
import type { RouteHealth } from './health/route-health.js';
import type { RetryBudget } from './retry-budget.js';
import type { UpstreamState } from './upstream-state.js';

/** What a turn needs to know of its route. */
export interface TurnOf {
  health: RouteHealth;
  retries: RetryRule;
  retryBudget: RetryBudget;
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

  constructor(
    readonly candidates: readonly UpstreamState[],
    private readonly of: TurnOf,
  ) {}

  /** The request dials this candidate now, and no other. */
  dial(index: number): void {
    this.release();
    this.#hasRetry = false;
    this.#index = index;
    const upstream = this.candidates[index];
    if (!upstream) return;
    upstream.pending += 1;
    this.#pendingAt = upstream;
  }

  /** Whether another upstream, or another address of this one, is left. */
  hasNext(addressesLeft: number): boolean {
    return addressesLeft > 0 || this.#index + 1 < this.candidates.length;
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
    this.release();
    if (upstream) upstream.live += 1;
    return upstream;
  }

  /** The request no longer waits for an upstream. Safe to call twice, and after `join`. */
  release(): void {
    if (this.#pendingAt) this.#pendingAt.pending -= 1;
    this.#pendingAt = null;
  }
}
