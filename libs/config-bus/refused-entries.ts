import type { RefusedEntry } from './ports.js';

/** An entry that this gateway cannot apply, as it was received. */
export interface ReceivedRefusal extends RefusedEntry {
  /** The entry, kept so that a later version of the gateway can apply it. */
  received: unknown;
}

/**
 * The published entries that this gateway cannot apply. Each is set aside until a version arrives that can be
 * applied.
 */
export class RefusedEntries {
  readonly #byId = new Map<string, ReceivedRefusal>();

  /**
   * The reason for the first entry, which names it, and the number of further entries; null if there are
   * none.
   */
  describe(): string | null {
    const [first] = this.#byId.values();
    if (first === undefined) return null;
    const others = this.#byId.size - 1;
    return others === 0 ? first.reason : `${first.reason} (and ${others} more)`;
  }

  /** All entries that are set aside, as they were received. */
  received(): unknown[] {
    return [...this.#byId.values()].map(({ received }) => received);
  }

  clear(): void {
    this.#byId.clear();
  }

  /** Records the outcome for entries: those with these ids were applied, except for the refused ones. */
  update(takenIds: Iterable<string>, refused: readonly ReceivedRefusal[]): void {
    for (const id of takenIds) this.#byId.delete(id);
    for (const refusal of refused) this.#byId.set(refusal.id, refusal);
  }
}
