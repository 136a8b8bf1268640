import { setImmediate as nextTurn } from 'node:timers/promises';

// A turn of an idle event loop takes some 10 µs, and the echo of a message 0.3 ms.
const sliceMs = 0.5;
// Reading the clock for each item would cost about as much as the work on a small one.
const itemsBetweenChecks = 8;

/**
 * Keeps a long loop from blocking the event loop. After each item: `if (slice.isOver()) await slice.next();`
 */
export class WorkSlice {
  #endsAt = performance.now() + sliceMs;
  #items = 0;

  isOver(): boolean {
    this.#items += 1;
    return this.#items % itemsBetweenChecks === 0 && performance.now() >= this.#endsAt;
  }

  /** Yields to all other work. */
  async next(): Promise<void> {
    await nextTurn();
    this.#endsAt = performance.now() + sliceMs;
  }
}
