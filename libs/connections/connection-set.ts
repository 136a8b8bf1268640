import type { LiveConnection } from './live-connection.js';

/**
 * The common property of the connections in a set. A connection that was admitted with a token has no key.
 */
export type SetKind = 'tenant' | 'route' | 'credential';

/**
 * A connection and its places in the sets of the registry. V8 cleans up a Set or a Map by filling a new
 * table, to which the old table is linked. Once one table is in the old generation, every later table with
 * its content stays in memory until a full collection: that kept 22 KiB of each short connection. The tables
 * also take twice the memory of these arrays.
 */
export class ConnectionPlace {
  tenant = 0;
  route = 0;
  credential = 0;
  /** The next one of its bucket in the index by id. */
  next: ConnectionPlace | null = null;

  constructor(readonly connection: LiveConnection) {}
}

/** Some of the connections of the registry, in no particular order. */
export class ConnectionSet implements Iterable<LiveConnection> {
  readonly #places: ConnectionPlace[] = [];

  constructor(private readonly kind: SetKind) {}

  get size(): number {
    return this.#places.length;
  }

  add(place: ConnectionPlace): void {
    place[this.kind] = this.#places.length;
    this.#places.push(place);
  }

  // The last one takes its place, so nothing else moves.
  delete(place: ConnectionPlace): void {
    const last = this.#places.pop();
    if (!last || last === place) return;
    const at = place[this.kind];
    last[this.kind] = at;
    this.#places[at] = last;
  }

  /** Iterates over the connections at the start of the iteration; later changes have no effect on it. */
  *[Symbol.iterator](): Generator<LiveConnection, void, undefined> {
    for (const { connection } of [...this.#places]) yield connection;
  }
}
