import type { AbortNotice } from '#libs/async';
import type { QueueBounds } from '#libs/contract';
import type { BalancedRequest } from './balancing/hash-key.js';
import type { StickyRequest } from './sticky-upstreams.js';
import type { UpstreamState } from './upstream-state.js';

/**
 * The outcome of a wait: `served`; `full` if too many requests wait, or the wait exceeded its maximum;
 * `aborted` if the client disconnected.
 */
export type WaitOutcome = 'served' | 'full' | 'aborted';

/** A waiting request. */
export interface WaitingTurn {
  /** Reserves a place for the request at the first of the candidates. */
  readonly turn: {
    serve(candidates: readonly UpstreamState[], tokenOf: StickyRequest['tokenOf'] | null): void;
  };
  readonly request: BalancedRequest;
  readonly end: (outcome: WaitOutcome) => void;
}

/**
 * The requests of one route that wait for an upstream with capacity, in order of arrival. Their number and
 * their time are bounded. A request whose client disconnects leaves the queue at once.
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
