import type { ConnectionLimit, LimiterCounts, Slot } from './connection-limits.js';
import type { CountedLimit } from './counted-limits.js';
import { Tally } from './tally.js';

/** The slots held in this process, by count. */
export class HeldSlots {
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

  /** Adds a slot; `onReleased` is called once, on its release. */
  hold(counted: readonly CountedLimit[], onReleased: () => void = () => undefined): Slot {
    this.#held += 1;
    for (const { kind, id } of counted) this.#tallies[kind].add(id);
    let isHeld = true;
    return {
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        this.#held -= 1;
        for (const { kind, id } of counted) this.#tallies[kind].remove(id);
        onReleased();
      },
    };
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
