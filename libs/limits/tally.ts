/** Counts by name; a count of 0 is dropped. */
export class Tally {
  readonly #counts = new Map<string, number>();

  /** The number of names with a count above 0. */
  get size(): number {
    return this.#counts.size;
  }

  /** A limit of null is never reached. */
  isFull(name: string, limit: number | null): boolean {
    return limit !== null && (this.#counts.get(name) ?? 0) >= limit;
  }

  add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  remove(name: string): void {
    const left = (this.#counts.get(name) ?? 0) - 1;
    if (left > 0) this.#counts.set(name, left);
    else this.#counts.delete(name);
  }
}
