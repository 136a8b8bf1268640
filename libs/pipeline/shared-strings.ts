const maxStrings = 4096;
const maxLength = 128;

/**
 * Strings that live as long as connections. Strings that most requests have in common, such as host and path,
 * are stored once.
 */
export class SharedStrings {
  readonly #strings = new Map<string, string>();

  /**
   * Returns an equal string that retains no other memory. In V8 a substring retains the whole string: a path
   * retains its target, an address a field of up to 64 KiB.
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
