import type { ConnectionSort } from '#libs/contract';
import { sortValue } from './connection-values.js';
import type { LiveConnection } from './live-connection.js';

export interface ConnectionOrder {
  sort: ConnectionSort;
  isDescending: boolean;
}

/** A place in a sorted list. */
export interface OrderedPlace {
  value: number;
  id: string;
}

export interface OrderedConnection extends OrderedPlace {
  connection: LiveConnection;
}

/**
 * Collects the first connections in an order after a place (null: from the first), at most `limit`. Keeps at
 * most twice the limit: a page of 200 out of 10,000 takes some 0.5 ms, while sorting them all takes 2 ms.
 */
export class FirstInOrder {
  readonly #kept: OrderedConnection[] = [];
  #lastWanted: OrderedPlace | null = null;
  readonly #nowMs = Date.now();

  constructor(
    private readonly order: ConnectionOrder,
    private readonly after: OrderedPlace | null,
    private readonly limit: number,
  ) {}

  add(connection: LiveConnection): void {
    const { id } = connection;
    const value = sortValue(connection, this.order.sort, this.#nowMs);
    const { isDescending } = this.order;
    const last = this.#lastWanted;
    if (last !== null && comparePlaces(value, id, last, isDescending) > 0) return;
    if (this.after !== null && comparePlaces(value, id, this.after, isDescending) <= 0) return;
    this.#kept.push({ value, id, connection });
    if (this.#kept.length >= 2 * this.limit) this.#trim();
  }

  take(): OrderedConnection[] {
    this.#trim();
    return this.#kept;
  }

  #trim(): void {
    const { isDescending } = this.order;
    this.#kept.sort((one, other) => comparePlaces(one.value, one.id, other, isDescending));
    if (this.#kept.length < this.limit) return;
    this.#kept.length = this.limit;
    this.#lastWanted = this.#kept.at(-1) ?? null;
  }
}

/** Negative if the place of this value and id comes before the other one. */
function comparePlaces(value: number, id: string, other: OrderedPlace, isDescending: boolean): number {
  const difference = value - other.value || (id < other.id ? -1 : Number(id !== other.id));
  return isDescending ? -difference : difference;
}
