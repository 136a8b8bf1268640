const checksPerPeriod = 4;

/**
 * Calls back once nothing has moved for a period. Rather than touching a timer for each chunk, it looks a few times
 * in each period whether a counter has moved, so that it costs nothing while bytes flow; it is at most a quarter of
 * the period late.
 */
export class QuietTimer {
  readonly #timer: NodeJS.Timeout;
  #lastCount: number;
  #quietChecks = 0;

  constructor(
    periodMs: number,
    private readonly count: () => number,
    private readonly onQuiet: () => void,
  ) {
    this.#lastCount = count();
    this.#timer = setInterval(() => this.#check(), Math.ceil(periodMs / checksPerPeriod));
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #check(): void {
    const count = this.count();
    this.#quietChecks = count === this.#lastCount ? this.#quietChecks + 1 : 0;
    this.#lastCount = count;
    if (this.#quietChecks < checksPerPeriod) return;
    this.stop();
    this.onQuiet();
  }
}
