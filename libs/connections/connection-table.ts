import type { LiveConnection } from './live-connection.js';

const slotsPerPage = 1024;
const linksPerSlot = 7;

/** The columns of links. The sets of the registry have two each, since their lists are linked both ways. */
export const linkColumns = {
  nextWithHash: 0,
  nextOfTenant: 1,
  previousOfTenant: 2,
  nextOfRoute: 3,
  previousOfRoute: 4,
  nextOfCredential: 5,
  previousOfCredential: 6,
} as const;

export type LinkColumn = (typeof linkColumns)[keyof typeof linkColumns];

interface Page {
  connections: (LiveConnection | null)[];
  links: Int32Array;
}

/**
 * Connections in numbered slots, with links between the slots by which they are listed. A slot is a positive
 * number and is reused; 0 is no slot. An idle connection takes 36 bytes here. Objects with these links take
 * three times as much, and a Set or a Map far more: V8 cleans one up by filling a new table, to which the old
 * table is linked, and once one table is in the old generation, every later one with its content stays in
 * memory until a full collection. Pages are kept, so that a table takes the memory of its peak.
 */
export class ConnectionTable {
  readonly #pages: Page[] = [];
  /** Linked by `nextWithHash`. */
  #firstFree = 0;
  #slots = 1;

  /** Returns the slot of the connection. */
  add(connection: LiveConnection): number {
    const slot = this.#takeSlot();
    this.#pageOf(slot).connections[slot % slotsPerPage] = connection;
    return slot;
  }

  /** Frees a slot, which must not be linked. */
  remove(slot: number): void {
    this.#pageOf(slot).connections[slot % slotsPerPage] = null;
    this.setLink(slot, linkColumns.nextWithHash, this.#firstFree);
    this.#firstFree = slot;
  }

  /** Null: the slot is free. */
  at(slot: number): LiveConnection | null {
    return this.#pageOf(slot).connections[slot % slotsPerPage] ?? null;
  }

  /**
   * The connections in the order of their slots, which is that of memory. Others may be added and removed
   * meanwhile: a connection that stays comes exactly once.
   */
  *connections(): Generator<LiveConnection, void, undefined> {
    for (const { connections } of this.#pages) {
      for (const connection of connections) if (connection !== null) yield connection;
    }
  }

  /** The slot to which a slot is linked; 0: none. */
  link(slot: number, column: LinkColumn): number {
    return this.#pageOf(slot).links[placeOf(slot, column)] ?? 0;
  }

  setLink(slot: number, column: LinkColumn, target: number): void {
    this.#pageOf(slot).links[placeOf(slot, column)] = target;
  }

  #takeSlot(): number {
    const slot = this.#firstFree;
    if (slot === 0) return this.#slots++;
    this.#firstFree = this.link(slot, linkColumns.nextWithHash);
    return slot;
  }

  #pageOf(slot: number): Page {
    const number = Math.floor(slot / slotsPerPage);
    return (this.#pages[number] ??= {
      connections: new Array<LiveConnection | null>(slotsPerPage).fill(null),
      links: new Int32Array(slotsPerPage * linksPerSlot),
    });
  }
}

function placeOf(slot: number, column: LinkColumn): number {
  return (slot % slotsPerPage) * linksPerSlot + column;
}
