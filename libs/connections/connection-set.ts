import type { LiveConnection } from './live-connection.js';

/**
 * Long-lived tables store this cell instead of a connection; it is emptied when the connection ends. V8
 * cleans up a Set or a Map by filling a new table, to which the old table is linked. Once one table is in the
 * old generation, every later table with its content stays in memory until a full collection. Without cells,
 * that kept 22 KiB of each short connection and copied it twice.
 */
export interface ConnectionCell {
  connection: LiveConnection | null;
}

/** Connections in the order of their addition. It may be iterated while connections are added and end. */
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
