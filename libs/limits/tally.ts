/** Counts by name; a count of 0 is dropped. */
export class Tally {
  readonly #counts = new Map<string, Count>();

  /** The number of names with a count above 0. */
  get size(): number {
    return this.#counts.size;
  }

  of(name: string): number {
    return this.#counts.get(name)?.value ?? 0;
  }

  /** The count of a name. One of 0 is not in the tally, so it must be used at once or not at all. */
  countOf(name: string): Count {
    return this.#counts.get(name) ?? new Count(name, this.#counts);
  }

  /** A copy of all counts. */
  toMap(): Map<string, number> {
    return new Map(Array.from(this.#counts.values(), ({ name, value }) => [name, value]));
  }
}

/** How often a name is counted. Its users share this object instead of keeping a string each. */
export class Count {
  #value = 0;

  constructor(
    readonly name: string,
    private readonly counts: Map<string, Count>,
  ) {}

  get value(): number {
    return this.#value;
  }

  /** A limit of null is never reached. */
  isFull(limit: number | null): boolean {
    return limit !== null && this.#value >= limit;
  }

  addOne(): void {
    if (this.#value === 0) this.counts.set(this.name, this);
    this.#value += 1;
  }

  removeOne(): void {
    this.#value -= 1;
    if (this.#value === 0) this.counts.delete(this.name);
  }
}
