/** Lets so many tasks run at once; the others wait for their turn, in their order. */
export class Turnstile {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly capacity: number) {}

  /** Resolves or rejects as `task` does. */
  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.running < this.capacity) this.running += 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await task();
    } finally {
      // Who is let in next takes the place over.
      const letIn = this.waiting.shift();
      if (letIn === undefined) this.running -= 1;
      else letIn();
    }
  }
}
