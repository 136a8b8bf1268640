type Task = () => Promise<void>;

/** The lane already has the maximum number of waiting tasks. */
export class LaneFullError extends Error {
  constructor() {
    super('too many tasks of this lane are waiting');
    this.name = 'LaneFullError';
  }
}

/**
 * Runs one task at a time. Tasks without a lane come first, in order. Lanes take turns, so that many tasks in
 * one lane delay the next task of another lane by a single task.
 */
export class FairQueue {
  readonly #maxWaitingPerLane: number;
  readonly #first: Task[] = [];
  readonly #lanes = new Map<string, Task[]>();
  readonly #pending = new Set<Promise<unknown>>();
  #isRunning = false;

  constructor(maxWaitingPerLane: number) {
    this.#maxWaitingPerLane = maxWaitingPerLane;
  }

  /** The number of tasks that have not begun. */
  get waiting(): number {
    return [...this.#lanes.values()].reduce((sum, lane) => sum + lane.length, this.#first.length);
  }

  /**
   * Resolves or rejects as `task` does; a failed task does not block later tasks. Rejects with
   * `LaneFullError` when too many tasks of this lane wait; without a lane any number may wait.
   */
  run<Result>(lane: string | null, task: () => Promise<Result>): Promise<Result> {
    const tasks = lane === null ? this.#first : (this.#lanes.get(lane) ?? []);
    if (lane !== null && tasks.length >= this.#maxWaitingPerLane) return Promise.reject(new LaneFullError());
    if (lane !== null) this.#lanes.set(lane, tasks);
    const outcome = new Promise<Result>((resolve, reject) => {
      tasks.push(() => task().then(resolve, reject));
    });
    this.#track(outcome);
    void this.#runAll();
    return outcome;
  }

  /** Resolves once every task queued so far has run. */
  async idle(): Promise<void> {
    await Promise.allSettled([...this.#pending]);
  }

  #track(outcome: Promise<unknown>): void {
    this.#pending.add(outcome);
    const forget = (): void => void this.#pending.delete(outcome);
    outcome.then(forget, forget);
  }

  async #runAll(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let task = this.#next(); task !== undefined; task = this.#next()) await task();
    this.#isRunning = false;
  }

  #next(): Task | undefined {
    const task = this.#first.shift();
    if (task !== undefined) return task;
    const [turn] = this.#lanes;
    if (turn === undefined) return undefined;
    const [lane, tasks] = turn;
    const next = tasks.shift();
    // Moves the lane to the end of the map, so that every other lane has its turn first.
    this.#lanes.delete(lane);
    if (tasks.length > 0) this.#lanes.set(lane, tasks);
    return next;
  }
}
