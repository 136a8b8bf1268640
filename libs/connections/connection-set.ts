import { linkColumns, type ConnectionTable, type LinkColumn } from './connection-table.js';
import type { LiveConnection } from './live-connection.js';

/**
 * The common property of the connections in a set. A connection that was admitted with a token has no key.
 */
export type SetKind = 'tenant' | 'route' | 'credential';

const columnsOf: Record<SetKind, { next: LinkColumn; previous: LinkColumn }> = {
  tenant: { next: linkColumns.nextOfTenant, previous: linkColumns.previousOfTenant },
  route: { next: linkColumns.nextOfRoute, previous: linkColumns.previousOfRoute },
  credential: { next: linkColumns.nextOfCredential, previous: linkColumns.previousOfCredential },
};

/** Some of the connections of a table, as a linked list in no particular order. */
export class ConnectionSet implements Iterable<LiveConnection> {
  #first = 0;
  #size = 0;

  constructor(
    private readonly table: ConnectionTable,
    private readonly kind: SetKind,
  ) {}

  get size(): number {
    return this.#size;
  }

  add(slot: number): void {
    const { next, previous } = columnsOf[this.kind];
    this.table.setLink(slot, next, this.#first);
    this.table.setLink(slot, previous, 0);
    if (this.#first !== 0) this.table.setLink(this.#first, previous, slot);
    this.#first = slot;
    this.#size += 1;
  }

  delete(slot: number): void {
    const { next, previous } = columnsOf[this.kind];
    const after = this.table.link(slot, next);
    const before = this.table.link(slot, previous);
    if (after !== 0) this.table.setLink(after, previous, before);
    if (before !== 0) this.table.setLink(before, next, after);
    else this.#first = after;
    this.#size -= 1;
  }

  /** Iterates over the connections at the start of the iteration; later changes have no effect on it. */
  [Symbol.iterator](): Iterator<LiveConnection> {
    const { next } = columnsOf[this.kind];
    const connections: LiveConnection[] = [];
    for (let slot = this.#first; slot !== 0; slot = this.table.link(slot, next)) {
      const connection = this.table.at(slot);
      if (connection) connections.push(connection);
    }
    return connections.values();
  }
}
