import {
  overviewSteps,
  overviewStepSeconds,
  overviewWindowSchema,
  type OverviewWindow,
} from '#libs/contract';

/** A tick is a step of the shortest window. */
export const tickMs = overviewStepSeconds['1m'] * 1000;

const windows = overviewWindowSchema.options;
const ticksOfStep = windows.map(ticksIn);
const connections = 'connections';

/** The ticks after which nothing is left of a value. */
export const keptTicks = overviewSteps * Math.max(...ticksOfStep);

/** Rows that may still be created, and the last tick in which one was missing. */
export interface RowBudget {
  left: number;
  missedAtTick: number | null;
}

/**
 * Named rows of figures, each with 30 steps of every window. A row is created with its first value and takes
 * about 800 bytes; idle rows cost no time, since steps are cleared when the next value or reader comes.
 */
export class StepRows {
  /** The live connections, which stay until they are set again. */
  connections = 0;
  /** The last tick in which a value came. */
  usedAtTick: number;
  readonly #rows = new Map<string, Float64Array>();

  #tick: number;

  /** `tick`: the first one. */
  constructor(
    tick: number,
    private readonly budget: RowBudget,
  ) {
    this.#tick = tick - 1;
    this.usedAtTick = tick;
  }

  get names(): string[] {
    return [...this.#rows.keys()];
  }

  /** Gives the rows back. */
  release(): void {
    this.budget.left += this.#rows.size;
    this.#rows.clear();
  }

  setConnections(count: number, tick: number): void {
    this.#advance(tick);
    this.connections = count;
    const row = this.#row(connections, tick);
    for (const [index, ticks] of ticksOfStep.entries()) {
      if (row) row[placeOf(index, Math.floor(tick / ticks))] = count;
    }
  }

  add(name: string, value: number, tick: number): void {
    this.#advance(tick);
    const row = this.#row(name, tick);
    if (!row) return;
    for (const [index, ticks] of ticksOfStep.entries()) {
      const place = placeOf(index, Math.floor(tick / ticks));
      row[place] = (row[place] ?? 0) + value;
    }
  }

  /** The steps of a window until this tick, oldest first; the last one is under way. */
  read(name: string, window: OverviewWindow, tick: number): number[] {
    this.#advance(tick);
    const row = this.#rows.get(name);
    const index = windows.indexOf(window);
    const first = lastStep(window, tick) - overviewSteps + 1;
    return Array.from({ length: overviewSteps }, (_, step) => row?.[placeOf(index, first + step)] ?? 0);
  }

  /** The sum of these steps. */
  sum(name: string, window: OverviewWindow, tick: number): number {
    this.#advance(tick);
    const row = this.#rows.get(name);
    if (!row) return 0;
    const index = windows.indexOf(window);
    const last = lastStep(window, tick);
    let sum = 0;
    for (let step = last - overviewSteps + 1; step <= last; step += 1) sum += row[placeOf(index, step)] ?? 0;
    return sum;
  }

  #row(name: string, tick: number): Float64Array | null {
    this.usedAtTick = tick;
    const found = this.#rows.get(name);
    if (found) return found;
    if (this.budget.left === 0) {
      this.budget.missedAtTick = tick;
      return null;
    }
    this.budget.left -= 1;
    const row = new Float64Array(overviewSteps * windows.length);
    this.#rows.set(name, row);
    return row;
  }

  #advance(tick: number): void {
    if (tick <= this.#tick) return;
    for (const [index, ticks] of ticksOfStep.entries()) {
      const last = Math.floor(tick / ticks);
      const first = Math.max(Math.floor(this.#tick / ticks) + 1, last - overviewSteps + 1);
      for (let step = first; step <= last; step += 1) this.#clear(placeOf(index, step));
    }
    this.#tick = tick;
  }

  #clear(place: number): void {
    for (const [name, row] of this.#rows) row[place] = name === connections ? this.connections : 0;
  }
}

/** The number of steps of a window from a tick to another, at most all of them. */
export function knownSteps(window: OverviewWindow, firstTick: number, tick: number): number {
  if (tick < firstTick) return 0;
  return Math.min(overviewSteps, lastStep(window, tick) - lastStep(window, firstTick) + 1);
}

/** For how long the last step of a window has lasted at the end of this tick. */
export function lastStepSeconds(window: OverviewWindow, tick: number): number {
  return ((tick % ticksIn(window)) + 1) * (tickMs / 1000);
}

/** The step of a window that this tick is in. */
function lastStep(window: OverviewWindow, tick: number): number {
  return Math.floor(tick / ticksIn(window));
}

function ticksIn(window: OverviewWindow): number {
  return (overviewStepSeconds[window] * 1000) / tickMs;
}

function placeOf(window: number, step: number): number {
  return window * overviewSteps + (step % overviewSteps);
}
