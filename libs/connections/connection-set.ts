import type { LiveConnection } from './live-connection.js';

/**
 * What long-lived tables hold in place of a connection; to be emptied when the connection ends. V8 cleans a Set or a Map by
 * filling a new table, to which the old one is linked. From the first table that has reached the old generation on, every
 * later one, and what it held, stays until a full collection: without cells 22 KiB of each short connection did, and
 * were copied twice on the way.
 */
export interface ConnectionCell {
  connection: LiveConnection | null;
}

/** Connections in the order in which they came. It may be gone through while some come and others end. */
export class ConnectionSet implements Iterable<LiveConnection> {
  readonly #cells = new Set<ConnectionCell>();

  get size(): number {
    return this.#cells.size;
  }

  add(cell: ConnectionCell): this {
    this.#cells.add(cell);
    return this;
  }

  delete(cell: ConnectionCell): void {
    this.#cells.delete(cell);
  }

  [Symbol.iterator](): Iterator<LiveConnection> {
    return connectionsIn(this.#cells);
  }
}

export function* connectionsIn(cells: Iterable<ConnectionCell>): Generator<LiveConnection, void, undefined> {
  for (const { connection } of cells) if (connection) yield connection;
}
