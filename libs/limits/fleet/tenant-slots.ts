import { CountedSlot, type SlotHolder } from '../counted-slot.js';
import type { Slot } from '../connection-limits.js';
import type { CountedLimit } from '../counted-limits.js';
import { Tally } from '../tally.js';

/** The number of slots under each count. */
export type SlotCounts = ReadonlyMap<string, number>;

/**
 * The slots of one tenant: those that this gateway holds, their state in Redis, and the number that other
 * gateways hold.
 */
export class TenantSlots implements SlotHolder {
  /** Whether the slots in Redis may differ from the held slots. */
  isDirty = false;
  /** Whether Redis may count slots of this gateway. */
  mayBeInRedis = false;
  /** Settles when the slots have been written to Redis again; no slot is requested meanwhile. */
  reconciling: Promise<void> | null = null;
  /** Requests that wait for a slot of this tenant. */
  pending = 0;
  /** Requests for and releases of single slots that Redis has not answered yet. */
  readonly inFlight = new Set<Promise<unknown>>();

  readonly #held = new Tally();
  #slots = 0;
  readonly #released = new Map<string, number>();
  readonly #others = new Map<string, number>();
  readonly #caps = new Map<string, { limit: number; cap: number }>();

  /** `onReleased` is called with the fields of each slot that is released. */
  constructor(
    readonly tenantId: string,
    private readonly onReleased: (tenant: TenantSlots, fields: readonly string[]) => void,
  ) {}

  /** How many slots are held. */
  get slots(): number {
    return this.#slots;
  }

  /** The number of held slots under each count. */
  get held(): SlotCounts {
    return this.#held.toMap();
  }

  heldUnder(field: string): number {
    return this.#held.of(field);
  }

  /** Whether Redis counts no slot of this gateway, with nothing in flight that could change it. */
  get isAbsentFromRedis(): boolean {
    return this.#held.size === 0 && this.#released.size === 0 && this.inFlight.size === 0 && !this.isDirty;
  }

  /** Whether this object can be dropped. */
  get isIdle(): boolean {
    return this.#held.size === 0 && !this.mayBeInRedis && this.pending === 0 && this.reconciling === null;
  }

  hold(fields: readonly string[]): Slot {
    this.#slots += 1;
    return new CountedSlot(
      this,
      fields.map((field) => this.#held.countOf(field)),
    );
  }

  onSlotReleased({ names }: CountedSlot): void {
    this.#slots -= 1;
    this.onReleased(this, names);
  }

  /** Adds a slot to the next release for Redis. */
  noteReleased(fields: readonly string[]): void {
    for (const field of fields) this.#released.set(field, (this.#released.get(field) ?? 0) + 1);
  }

  takeReleased(): SlotCounts {
    const released = new Map(this.#released);
    this.#released.clear();
    return released;
  }

  /** Records the number of slots that other gateways hold under a count, from the last answer of Redis. */
  noteOthers(field: string, count: number): void {
    if (count > 0) this.#others.set(field, count);
    else this.#others.delete(field);
  }

  /**
   * The maximum number of slots of this gateway while Redis is down: those held at the start of the outage,
   * and its share of the free slots. The shares of all gateways add up to the limit, except for rounding.
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

/** The name of a count among the slots of its tenant. */
export function fieldOf({ kind, id }: Pick<CountedLimit, 'kind' | 'id'>): string {
  return `${kind}:${id}`;
}
