/** Rows that no resource of a document matches yet. */
export class UnmatchedRows<Row extends { id: string }> {
  readonly #byId = new Map<string, Row>();
  readonly #byKey = new Map<string, Row[]>();

  /** Several rows may have the same natural key; they are found in the order in which they were added. */
  add(row: Row, naturalKey: string): void {
    this.#byId.set(row.id, row);
    const rows = this.#byKey.get(naturalKey);
    if (rows === undefined) this.#byKey.set(naturalKey, [row]);
    else rows.push(row);
  }

  takeById(id: string | undefined): Row | null {
    const row = this.#byId.get(id ?? '') ?? null;
    if (row !== null) this.#byId.delete(row.id);
    return row;
  }

  takeByKey(naturalKey: string): Row | null {
    const rows = this.#byKey.get(naturalKey) ?? [];
    for (let row = rows.shift(); row !== undefined; row = rows.shift()) {
      if (this.#byId.delete(row.id)) return row;
    }
    return null;
  }

  rest(): Iterable<Row> {
    return this.#byId.values();
  }
}
