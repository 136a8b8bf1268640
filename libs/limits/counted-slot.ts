import type { Slot } from './connection-limits.js';
import type { Count } from './tally.js';

/** Where a slot is counted. */
export interface SlotHolder {
  /** Called once for each slot, with the counts that it was created with. */
  onSlotReleased(counts: readonly Count[]): void;
}

/**
 * A slot under up to four counts. Each idle connection keeps one, so the counts are fields: an array and a
 * closure would take twice as much memory.
 */
export class CountedSlot implements Slot {
  #holder: SlotHolder | null;
  readonly #first: Count | undefined;
  readonly #second: Count | undefined;
  readonly #third: Count | undefined;
  readonly #fourth: Count | undefined;

  constructor(holder: SlotHolder, [first, second, third, fourth]: readonly Count[]) {
    this.#holder = holder;
    this.#first = first;
    this.#second = second;
    this.#third = third;
    this.#fourth = fourth;
  }

  release(): void {
    const holder = this.#holder;
    this.#holder = null;
    holder?.onSlotReleased(
      [this.#first, this.#second, this.#third, this.#fourth].filter((count) => count !== undefined),
    );
  }
}
