/** Rows that nothing in a document has been found to mean yet; each is found by its id, or by what else names it. */
export class Leftover<Row extends { id: string }> {
  private readonly byId = new Map<string, Row>();
  private readonly byName = new Map<string, Row[]>();

  /** `nameOf` need not tell them all apart: of several, the first one is found first. */
  constructor(rows: readonly Row[], nameOf: (row: Row) => string) {
    for (const row of rows) {
      this.byId.set(row.id, row);
      const name = nameOf(row);
      const namesakes = this.byName.get(name);
      if (namesakes === undefined) this.byName.set(name, [row]);
      else namesakes.push(row);
    }
  }

  takeById(id: string | undefined): Row | null {
    const row = this.byId.get(id ?? '') ?? null;
    if (row !== null) this.byId.delete(row.id);
    return row;
  }

  takeByName(name: string): Row | null {
    const namesakes = this.byName.get(name) ?? [];
    for (let row = namesakes.shift(); row !== undefined; row = namesakes.shift()) {
      if (this.byId.delete(row.id)) return row;
    }
    return null;
  }

  rest(): Iterable<Row> {
    return this.byId.values();
  }
}
