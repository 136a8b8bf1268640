import type { RefusedEntry } from './ports.js';

/** An entry as it was received, with why this gateway cannot take it. */
export interface ReceivedRefusal extends RefusedEntry {
  /** What was received, kept so that a later version of the gateway can take it. */
  received: unknown;
}

/** The published entries that this gateway cannot take; each is set aside until a version comes that it can take. */
export class RefusedEntries {
  readonly #byId = new Map<string, ReceivedRefusal>();

  /** Names the first entry, says why, and how many more there are; null: nothing is set aside. */
  describe(): string | null {
    const [first] = this.#byId.values();
    if (first === undefined) return null;
    const others = this.#byId.size - 1;
    return others === 0 ? first.reason : `${first.reason} (and ${others} more)`;
  }

  /** What was received of each entry that is set aside. */
  received(): unknown[] {
    return [...this.#byId.values()].map(({ received }) => received);
  }

  clear(): void {
    this.#byId.clear();
  }

  /** Notes what became of entries: those with these ids were taken, but for the refused ones. */
  update(takenIds: Iterable<string>, refused: readonly ReceivedRefusal[]): void {
    for (const id of takenIds) this.#byId.delete(id);
    for (const refusal of refused) this.#byId.set(refusal.id, refusal);
  }
}
