import type { ConnectionLimit, LimiterCounts, Slot } from './connection-limits.js';
import type { CountedLimit } from './counted-limits.js';
import { CountedSlot, type SlotHolder } from './counted-slot.js';
import { Tally, type Count } from './tally.js';

export type TakeResult = { ok: true; slot: Slot } | { ok: false; full: ConnectionLimit };

/** The slots held in this process, by count. */
export class HeldSlots implements SlotHolder {
  readonly #tallies: Record<ConnectionLimit, Tally> = {
    tenant: new Tally(),
    route: new Tally(),
    key: new Tally(),
    address: new Tally(),
  };
  #held = 0;

  countOf({ kind, id }: Pick<CountedLimit, 'kind' | 'id'>): number {
    return this.#tallies[kind].of(id);
  }

  /** Adds a slot, unless one of the limits is reached. */
  take(counted: readonly CountedLimit[]): TakeResult {
    const counts: Count[] = [];
    for (const { kind, id, limit } of counted) {
      const count = this.#tallies[kind].countOf(id);
      if (count.isFull(limit)) return { ok: false, full: kind };
      counts.push(count);
    }
    return { ok: true, slot: this.#add(counts) };
  }

  /** Adds a slot, whatever the limits are. */
  hold(counted: readonly CountedLimit[]): Slot {
    return this.#add(counted.map(({ kind, id }) => this.#tallies[kind].countOf(id)));
  }

  onSlotReleased(): void {
    this.#held -= 1;
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

  #add(counts: readonly Count[]): Slot {
    this.#held += 1;
    return new CountedSlot(this, counts);
  }
}
