/** Runs a task that never rejects, on demand and `intervalMs` after each run, one run at a time. */
export class RecurringTask {
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | null = null;
  #isDue = false;
  #isStopped = false;

  constructor(
    private readonly work: () => Promise<void>,
    private readonly intervalMs: number,
  ) {}

  /** Runs the task now, or again as soon as the current run has ended. */
  now(): void {
    if (this.#isStopped) return;
    this.#isDue = true;
    this.#working ??= this.#workWhileDue();
  }

  /** Resolves when the current run has ended; no other run follows. Safe to call twice. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#isDue = false;
    clearTimeout(this.#timer);
    await this.#working;
  }

  async #workWhileDue(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.#isDue) {
      this.#isDue = false;
      await this.work();
    }
    this.#working = null;
    if (!this.#isStopped) this.#timer = setTimeout(() => this.now(), this.intervalMs);
  }
}
