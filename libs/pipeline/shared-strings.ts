const maxStrings = 4096;
const maxLength = 128;

/**
 * Strings that live as long as connections. The parts that most requests have in common, such as host and
 * path, are kept once for all of them.
 */
export class SharedStrings {
  readonly #strings = new Map<string, string>();

  /**
   * Returns an equal string that keeps nothing else in memory. In V8 a part of a string keeps the whole: a
   * path its target, an address a field of up to 64 KiB.
   */
  of(part: string): string {
    const known = this.#strings.get(part);
    if (known !== undefined) return known;
    const own = Buffer.from(part).toString();
    if (own.length > maxLength) return own;
    if (this.#strings.size === maxStrings) this.#strings.clear();
    this.#strings.set(own, own);
    return own;
  }
}
