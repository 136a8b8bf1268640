/** A task for each of many items. */
interface Job {
  /** Handles the next item; false if there is none. */
  step(): boolean;
  onDone(): void;
}

// Closing a connection takes some 0.15 ms, and handling the peers' answers in the next turn takes as long
// again.
const sliceMs = 1;

/**
 * Runs long loops without blocking the event loop: one after the other, for about a millisecond in each turn.
 * A short loop completes before `add` returns.
 */
export class SliceQueue {
  readonly #jobs: Job[] = [];
  #turn: NodeJS.Immediate | null = null;

  add<Item>(items: Iterable<Item>, work: (item: Item) => void, onDone: () => void = () => undefined): void {
    // A copy, since the work may remove items from the collection.
    const left = [...items].values();
    const step = (): boolean => {
      const next = left.next();
      if (next.done === true) return false;
      work(next.value);
      return true;
    };
    this.#jobs.push({ step, onDone });
    if (!this.#turn) this.#runSlice();
  }

  /** Drops all remaining work. */
  clear(): void {
    this.#jobs.length = 0;
    if (this.#turn) clearImmediate(this.#turn);
    this.#turn = null;
  }

  #runSlice(): void {
    const endsAtMs = performance.now() + sliceMs;
    // Also set while the work runs, so that work added by it waits for its turn.
    this.#turn = setImmediate(() => this.#runSlice());
    for (let [job] = this.#jobs; job && performance.now() < endsAtMs; [job] = this.#jobs) {
      if (job.step()) continue;
      this.#jobs.shift();
      job.onDone();
    }
    if (this.#jobs.length > 0) return;
    clearImmediate(this.#turn);
    this.#turn = null;
  }
}
