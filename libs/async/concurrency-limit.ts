/** Runs a bounded number of tasks at once; the others wait for their turn, in order. */
export class ConcurrencyLimit {
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(private readonly capacity: number) {}

  /** Resolves or rejects as `task` does. */
  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.#running < this.capacity) this.#running += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      // The next waiting task gets the place of this one.
      const startNext = this.#waiting.shift();
      if (startNext === undefined) this.#running -= 1;
      else startNext();
    }
  }
}
