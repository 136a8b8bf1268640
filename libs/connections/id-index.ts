import { linkColumns, type ConnectionTable } from './connection-table.js';
import type { LiveConnection } from './live-connection.js';

const minBuckets = 64;
const hashedCharacters = 6;

/** The connections of a table by id: as many buckets as connections, each a linked list. */
export class IdIndex implements Iterable<LiveConnection> {
  #buckets = new Int32Array(minBuckets);
  #size = 0;

  constructor(private readonly table: ConnectionTable) {}

  get size(): number {
    return this.#size;
  }

  /** The slot of a connection; 0: there is none. */
  slotOf(id: string): number {
    let slot = this.#buckets[this.#bucketOf(id)] ?? 0;
    while (slot !== 0 && this.table.at(slot)?.id !== id) slot = this.#next(slot);
    return slot;
  }

  add(id: string, slot: number): void {
    this.#size += 1;
    if (this.#size > this.#buckets.length) this.#resize(2 * this.#buckets.length);
    this.#link(id, slot);
  }

  /** Returns the slot of the removed connection; 0: there is none. */
  delete(id: string): number {
    const bucket = this.#bucketOf(id);
    let before = 0;
    let slot = this.#buckets[bucket] ?? 0;
    while (slot !== 0 && this.table.at(slot)?.id !== id) {
      before = slot;
      slot = this.#next(slot);
    }
    if (slot === 0) return 0;
    if (before === 0) this.#buckets[bucket] = this.#next(slot);
    else this.table.setLink(before, linkColumns.nextWithHash, this.#next(slot));
    this.#size -= 1;
    const { length } = this.#buckets;
    if (length > minBuckets && this.#size < length / 4) this.#resize(length / 2);
    return slot;
  }

  /** Iterates over the connections at the start of the iteration; later changes have no effect on it. */
  [Symbol.iterator](): Iterator<LiveConnection> {
    const connections: LiveConnection[] = [];
    for (const first of this.#buckets) {
      for (let slot = first; slot !== 0; slot = this.#next(slot)) {
        const connection = this.table.at(slot);
        if (connection) connections.push(connection);
      }
    }
    return connections.values();
  }

  #next(slot: number): number {
    return this.table.link(slot, linkColumns.nextWithHash);
  }

  #link(id: string, slot: number): void {
    const bucket = this.#bucketOf(id);
    this.table.setLink(slot, linkColumns.nextWithHash, this.#buckets[bucket] ?? 0);
    this.#buckets[bucket] = slot;
  }

  #resize(length: number): void {
    const old = this.#buckets;
    this.#buckets = new Int32Array(length);
    for (const first of old) {
      for (let slot = first; slot !== 0;) {
        const next = this.#next(slot);
        this.#link(this.table.at(slot)?.id ?? '', slot);
        slot = next;
      }
    }
  }

  // The last characters of an id are random, and no client chooses one.
  #bucketOf(id: string): number {
    let hash = 0;
    for (let at = Math.max(0, id.length - hashedCharacters); at < id.length; at += 1) {
      hash = Math.imul(hash, 31) + id.charCodeAt(at);
    }
    return (hash >>> 0) % this.#buckets.length;
  }
}
