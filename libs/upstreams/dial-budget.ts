/** How many times one request may dial, over all upstreams of its route and all of their addresses. */
export const maxDialAttempts = 16;

/** What one request may spend on dialing: attempts, and time that passes only while it dials. */
export class DialBudget {
  #attempts = 0;
  #startedAtMs = performance.now();

  constructor(private readonly timeMs: number) {}

  get attemptsLeft(): number {
    return maxDialAttempts - this.#attempts;
  }

  /** Milliseconds that were spent on dialing so far. */
  get spentMs(): number {
    return performance.now() - this.#startedAtMs;
  }

  get leftMs(): number {
    return this.timeMs - this.spentMs;
  }

  takeAttempt(): void {
    this.#attempts += 1;
  }

  /** The time until the returned function is called is not counted. */
  pause(): () => void {
    const pausedAtMs = performance.now();
    return () => {
      this.#startedAtMs += performance.now() - pausedAtMs;
    };
  }
}
