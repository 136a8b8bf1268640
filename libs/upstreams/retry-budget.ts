import type { RetryRule } from '#libs/contract';

interface Second {
  /** Seconds of the clock. */
  number: number;
  handshakes: number;
  retries: number;
}

const windowSeconds = 10;

/**
 * Bounds the retries of a route, so that upstreams that all fail do not get a multiple of the handshakes.
 * Times are milliseconds of a monotonic clock.
 */
export class RetryBudget {
  /** The newest last; those without a handshake or retry are missing. */
  readonly #seconds: Second[] = [];

  countHandshake(nowMs: number): void {
    this.#current(nowMs).handshakes += 1;
  }

  /** Whether one more retry is allowed now. */
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
