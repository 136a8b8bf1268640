import type { ConnectionPlace } from './connection-set.js';
import type { LiveConnection } from './live-connection.js';

const minBuckets = 64;
const hashedCharacters = 6;

/**
 * Connections by id: as many buckets as connections, chained through the places themselves. A Map takes three
 * times the memory, and keeps connections that have ended, for the reason given at `ConnectionPlace`.
 */
export class IdIndex implements Iterable<LiveConnection> {
  #buckets = new Array<ConnectionPlace | null>(minBuckets).fill(null);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(id: string): ConnectionPlace | null {
    let place = this.#buckets[this.#bucketOf(id)] ?? null;
    while (place && place.connection.id !== id) place = place.next;
    return place;
  }

  add(place: ConnectionPlace): void {
    this.#size += 1;
    if (this.#size > this.#buckets.length) this.#resize(2 * this.#buckets.length);
    this.#link(place);
  }

  delete(place: ConnectionPlace): void {
    const bucket = this.#bucketOf(place.connection.id);
    let before = this.#buckets[bucket] ?? null;
    if (before === place) this.#buckets[bucket] = place.next;
    while (before && before.next !== place) before = before.next;
    if (before) before.next = place.next;
    place.next = null;
    this.#size -= 1;
    const { length } = this.#buckets;
    if (length > minBuckets && this.#size < length / 4) this.#resize(length / 2);
  }

  /** Iterates over the connections at the start of the iteration; later changes have no effect on it. */
  [Symbol.iterator](): Iterator<LiveConnection> {
    const connections: LiveConnection[] = [];
    for (const first of this.#buckets) {
      for (let place = first; place; place = place.next) connections.push(place.connection);
    }
    return connections.values();
  }

  #link(place: ConnectionPlace): void {
    const bucket = this.#bucketOf(place.connection.id);
    place.next = this.#buckets[bucket] ?? null;
    this.#buckets[bucket] = place;
  }

  #resize(length: number): void {
    const old = this.#buckets;
    this.#buckets = new Array<ConnectionPlace | null>(length).fill(null);
    for (const first of old) {
      for (let place = first; place;) {
        const { next } = place;
        this.#link(place);
        place = next;
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
