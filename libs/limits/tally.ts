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

  /** A limit of null is never reached. */
  isFull(name: string, limit: number | null): boolean {
    return limit !== null && this.of(name) >= limit;
  }

  /** Counts the name once more, until `removeOne` of the result is called. */
  add(name: string): Count {
    const known = this.#counts.get(name);
    const count = known ?? new Count(name, this.#counts);
    if (!known) this.#counts.set(name, count);
    count.value += 1;
    return count;
  }

  /** A copy of all counts. */
  toMap(): Map<string, number> {
    return new Map(Array.from(this.#counts.values(), ({ name, value }) => [name, value]));
  }
}

/** How often a name is counted. Its users share this object instead of keeping a string each. */
export class Count {
  value = 0;

  constructor(
    readonly name: string,
    private readonly counts: Map<string, Count>,
  ) {}

  removeOne(): void {
    this.value -= 1;
    if (this.value === 0) this.counts.delete(this.name);
  }
}
