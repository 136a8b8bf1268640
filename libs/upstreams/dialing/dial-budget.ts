/** How many addresses one request may dial, over all upstreams of its route. */
export const maxDialAttempts = 16;

/** The bound of dialing for one request: attempts, and time, which passes only while it dials. */
export class DialBudget {
  #attempts = 0;
  #startedAtMs = performance.now();

  constructor(readonly timeMs: number) {}

  get attemptsLeft(): number {
    return maxDialAttempts - this.#attempts;
  }

  /** Milliseconds spent on dialing so far. */
  get spentMs(): number {
    return performance.now() - this.#startedAtMs;
  }

  takeAttempt(): void {
    this.#attempts += 1;
  }

  /** Leaves out the time since then, by `performance.now()`. */
  leaveOutSince(pausedAtMs: number): void {
    this.#startedAtMs += performance.now() - pausedAtMs;
  }
}
