import type { ConnectionLimit, LimiterCounts, Slot } from './connection-limits.js';
import type { CountedLimit } from './counted-limits.js';
import { CountedSlot, type SlotHolder } from './counted-slot.js';
import { Tally, type Count } from './tally.js';

/** The slots held in this process, by count. */
export class HeldSlots implements SlotHolder {
  readonly #tallies: Record<ConnectionLimit, Tally> = {
    tenant: new Tally(),
    route: new Tally(),
    key: new Tally(),
    address: new Tally(),
  };
  #held = 0;

  isFull({ kind, id, limit }: CountedLimit): boolean {
    return this.#tallies[kind].isFull(id, limit);
  }

  countOf({ kind, id }: Pick<CountedLimit, 'kind' | 'id'>): number {
    return this.#tallies[kind].of(id);
  }

  /** Adds a slot. */
  hold(counted: readonly CountedLimit[]): Slot {
    this.#held += 1;
    return new CountedSlot(
      this,
      counted.map(({ kind, id }) => this.#tallies[kind].add(id)),
    );
  }

  onSlotReleased(counts: readonly Count[]): void {
    this.#held -= 1;
    for (const count of counts) count.removeOne();
  }

  counts(): Omit<LimiterCounts, 'rates'> {
    const { tenant, route, key, address } = this.#tallies;
    return {
      connections: this.#held,
      tenants: tenant.size,
      routes: route.size,
      keys: key.size,
      addresses: address.size,
    };
  }
}
