import type { Slot } from './connection-limits.js';
import type { Count } from './tally.js';

/** Where a slot is counted. */
export interface SlotHolder {
  /** Called once for each slot, when its counts no longer contain it. */
  onSlotReleased(slot: CountedSlot): void;
}

/**
 * A slot under up to four counts, from its creation to its release. Each idle connection keeps one, so the
 * counts are fields: an array and a closure would take twice as much memory.
 */
export class CountedSlot implements Slot {
  #holder: SlotHolder | null;
  readonly #first: Count | undefined;
  readonly #second: Count | undefined;
  readonly #third: Count | undefined;
  readonly #fourth: Count | undefined;

  constructor(holder: SlotHolder, counts: readonly Count[]) {
    this.#holder = holder;
    this.#first = counts[0];
    this.#second = counts[1];
    this.#third = counts[2];
    this.#fourth = counts[3];
    for (const count of counts) count.addOne();
  }

  /** The names under which it is counted. */
  get names(): string[] {
    const counts = [this.#first, this.#second, this.#third, this.#fourth];
    return counts.flatMap((count) => (count ? [count.name] : []));
  }

  release(): void {
    const holder = this.#holder;
    if (holder === null) return;
    this.#holder = null;
    this.#first?.removeOne();
    this.#second?.removeOne();
    this.#third?.removeOne();
    this.#fourth?.removeOne();
    holder.onSlotReleased(this);
  }
}
