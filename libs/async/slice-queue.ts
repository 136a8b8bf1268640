/** Something to do for each of many items. */
interface Job {
  /** Does the next item; false when there is none. */
  step(): boolean;
  onDone(): void;
}

// To close a connection takes some 0.15 ms, and what its peers answer as much again in the turn after.
const sliceMs = 1;

/**
 * Long loops that must not hold up the event loop: they run one after the other, for about a millisecond of each of its
 * turns. What is short enough is done before `add` returns.
 */
export class SliceQueue {
  readonly #jobs: Job[] = [];
  #turn: NodeJS.Immediate | null = null;

  add<Item>(items: Iterable<Item>, work: (item: Item) => void, onDone: () => void = () => undefined): void {
    // A copy, since the work may take items out of what it goes through.
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

  /** Leaves undone what is not done yet. */
  clear(): void {
    this.#jobs.length = 0;
    if (this.#turn) clearImmediate(this.#turn);
    this.#turn = null;
  }

  #runSlice(): void {
    const endsAtMs = performance.now() + sliceMs;
    // Set meanwhile too, so that what the work itself adds waits for its turn.
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
