import type { RetryRule } from '#libs/contract';

interface Second {
  /** The second of the clock. */
  number: number;
  handshakes: number;
  retries: number;
}

const windowSeconds = 10;

/**
 * Bounds the retries of a route, so that handshakes are not multiplied while all upstreams fail.
 * Times are milliseconds of a monotonic clock.
 */
export class RetryBudget {
  /** Seconds with a handshake or retry, the newest last. */
  readonly #seconds: Second[] = [];

  countHandshake(nowMs: number): void {
    this.#current(nowMs).handshakes += 1;
  }

  /** Whether another retry is allowed now. */
  hasRoom(nowMs: number, { budgetPercent, minPerSecond }: RetryRule): boolean {
    const current = this.#current(nowMs);
    if (current.retries < minPerSecond) return true;
    const handshakes = this.#seconds.reduce((sum, second) => sum + second.handshakes, 0);
    const retries = this.#seconds.reduce((sum, second) => sum + second.retries, 0);
    return retries < (handshakes * budgetPercent) / 100;
  }

  countRetry(nowMs: number): void {
    this.#current(nowMs).retries += 1;
  }

  #current(nowMs: number): Second {
    const number = Math.floor(nowMs / 1000);
    const last = this.#seconds.at(-1);
    if (last?.number === number) return last;
    const current = { number, handshakes: 0, retries: 0 };
    this.#seconds.push(current);
    while ((this.#seconds[0]?.number ?? number) <= number - windowSeconds) this.#seconds.shift();
    return current;
  }
}
