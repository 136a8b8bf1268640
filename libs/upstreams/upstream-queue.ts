import type { AbortNotice } from '#libs/async';
import type { QueueBounds } from '#libs/contract';
import type { BalancedRequest } from './balancing/hash-key.js';
import type { StickyRequest } from './sticky-upstreams.js';
import type { UpstreamState } from './upstream-state.js';

/**
 * How a wait ended: the turn was served; too many requests wait, or this one waited too long (`full`); the
 * client left (`aborted`).
 */
export type WaitOutcome = 'served' | 'full' | 'aborted';

/** A request that waits. */
export interface WaitingTurn {
  /** Takes its place at the first of the candidates. */
  readonly turn: {
    serve(candidates: readonly UpstreamState[], tokenOf: StickyRequest['tokenOf'] | null): void;
  };
  readonly request: BalancedRequest;
  readonly end: (outcome: WaitOutcome) => void;
}

/**
 * The requests of one route that wait for an upstream with room, in the order of their arrival. They are
 * bounded in number and in time, and one whose client leaves gives its place in the queue back at once.
 */
export class UpstreamQueue {
  readonly #waiting = new Set<WaitingTurn>();

  get size(): number {
    return this.#waiting.size;
  }

  get first(): WaitingTurn | undefined {
    const [first] = this.#waiting;
    return first;
  }

  wait(
    { turn, request }: Pick<WaitingTurn, 'turn' | 'request'>,
    { maxRequests, maxWaitMs }: QueueBounds,
    signal: AbortNotice,
  ): Promise<WaitOutcome> {
    if (signal.aborted) return Promise.resolve('aborted');
    if (this.#waiting.size >= maxRequests) return Promise.resolve('full');
    return new Promise((resolve) => {
      const end = (outcome: WaitOutcome): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        this.#waiting.delete(waiting);
        resolve(outcome);
      };
      const waiting: WaitingTurn = { turn, request, end };
      const onAbort = (): void => end('aborted');
      const timer = setTimeout(() => end('full'), maxWaitMs);
      signal.addEventListener('abort', onAbort);
      this.#waiting.add(waiting);
    });
  }

  /** Ends all waits. */
  clear(): void {
    for (const { end } of this.#waiting) end('full');
  }
}
