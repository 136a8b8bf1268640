import type { UpstreamState } from './upstream-state.js';

/**
 * What one request may dial, in order, and where it is counted: as pending at the upstream that it dials, as
 * live once it has joined, until its connection ends.
 */
export class UpstreamTurn {
  #pendingAt: UpstreamState | null = null;

  constructor(readonly candidates: readonly UpstreamState[]) {}

  /** The request dials this candidate now, and no other. */
  dial(index: number): void {
    this.release();
    const upstream = this.candidates[index];
    if (!upstream) return;
    upstream.pending += 1;
    this.#pendingAt = upstream;
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
