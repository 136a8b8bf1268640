/** How many slots there are under each count. */
export type SlotCounts = ReadonlyMap<string, number>;

/** What this gateway holds of one tenant, what Redis was told of it, and what is known of the others. */
export class TenantSlots {
  /** Whether what Redis has may differ from what is held. */
  isMisstated = false;
  /** Whether Redis may have slots of this gateway. */
  isStated = false;
  /** Settles when Redis has been told anew; nothing is asked meanwhile. */
  restating: Promise<void> | null = null;
  /** Requests that wait for a slot of this tenant. */
  pending = 0;
  /** What Redis was asked or told of single slots, and has not answered yet. */
  readonly asking = new Set<Promise<unknown>>();

  readonly #held = new Map<string, number>();
  readonly #released = new Map<string, number>();
  readonly #others = new Map<string, number>();
  readonly #caps = new Map<string, { limit: number; cap: number }>();

  constructor(readonly tenantId: string) {}

  /** Slots that are held, under each count. */
  get held(): SlotCounts {
    return this.#held;
  }

  heldUnder(field: string): number {
    return this.#held.get(field) ?? 0;
  }

  /** Whether Redis, once it has been told all that is on its way, has nothing of this gateway. */
  get holdsNothingForSure(): boolean {
    return this.#held.size === 0 && this.#released.size === 0 && this.asking.size === 0 && !this.isMisstated;
  }

  /** Whether there is nothing left to remember. */
  get isIdle(): boolean {
    return this.#held.size === 0 && !this.isStated && this.pending === 0 && this.restating === null;
  }

  hold(fields: readonly string[]): void {
    for (const field of fields) add(this.#held, field, 1);
  }

  drop(fields: readonly string[]): void {
    for (const field of fields) add(this.#held, field, -1);
  }

  /** Notes what Redis is to be told with the next release. */
  noteReleased(fields: readonly string[]): void {
    for (const field of fields) add(this.#released, field, 1);
  }

  takeReleased(): SlotCounts {
    const released = new Map(this.#released);
    this.#released.clear();
    return released;
  }

  /** What other gateways hold under a count, as Redis last said. */
  noteOthers(field: string, count: number): void {
    if (count > 0) this.#others.set(field, count);
    else this.#others.delete(field);
  }

  /**
   * How many slots this gateway may hold while nobody counts for the fleet: what it held when that began, and its part
   * of what was free then. The parts of all gateways together are the limit, but for what is rounded up.
   */
  capOf(field: string, limit: number, gateways: number): number {
    const known = this.#caps.get(field);
    if (known?.limit === limit) return known.cap;
    const held = this.heldUnder(field);
    const free = Math.max(0, limit - held - (this.#others.get(field) ?? 0));
    const cap = Math.min(limit, held + Math.ceil(free / gateways));
    this.#caps.set(field, { limit, cap });
    return cap;
  }

  forgetCaps(): void {
    this.#caps.clear();
  }
}

function add(counts: Map<string, number>, field: string, change: number): void {
  const count = (counts.get(field) ?? 0) + change;
  if (count > 0) counts.set(field, count);
  else counts.delete(field);
}
