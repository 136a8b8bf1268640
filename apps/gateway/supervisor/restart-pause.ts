import { backoffMs } from '#libs/async';

const longEnoughMs = 10_000;
const firstPauseMs = 250;
const maxPauseMs = 30_000;

/**
 * The pause before the next worker of a place: none, unless several workers in a row died soon after their
 * start.
 */
export class RestartPause {
  #soonDeaths = 0;

  /** Milliseconds to wait after a worker with this lifetime. */
  after(livedMs: number): number {
    if (livedMs >= longEnoughMs) this.#soonDeaths = 0;
    const pauseMs = backoffMs(this.#soonDeaths, firstPauseMs, maxPauseMs);
    this.#soonDeaths += 1;
    return pauseMs;
  }
}
