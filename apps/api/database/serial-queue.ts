/** Runs what it is given one after the other, in the order in which it was given. */
export class SerialQueue {
  private last: Promise<unknown> = Promise.resolve();

  /** Resolves or rejects as `task` does; a task that fails holds up none of those after it. */
  run<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.last.then(task);
    this.last = result.catch(() => undefined);
    return result;
  }

  /** Resolves when everything given so far has run. */
  async idle(): Promise<void> {
    await this.last;
  }
}
