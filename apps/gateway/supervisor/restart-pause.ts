import { backoffMs } from '#libs/async';

const longEnoughMs = 10_000;
const firstPauseMs = 250;
const maxPauseMs = 30_000;

/** How long to wait before the next worker of a place: not at all, unless one after the other dies soon after its start. */
export class RestartPause {
  #soonDeaths = 0;

  /** Milliseconds to wait after a worker that lived for so long. */
  after(livedMs: number): number {
    if (livedMs >= longEnoughMs) this.#soonDeaths = 0;
    const pauseMs = backoffMs(this.#soonDeaths, firstPauseMs, maxPauseMs);
    this.#soonDeaths += 1;
    return pauseMs;
  }
}
