/** Lets so many through at once; the others wait in line, in their order. */
export class Turnstile {
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  constructor(private readonly atOnce: number) {}

  async pass<Result>(action: () => Promise<Result>): Promise<Result> {
    if (this.#inside >= this.atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#inside += 1;
    try {
      return await action();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#inside -= 1;
    }
  }
}
