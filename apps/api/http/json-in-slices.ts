import { WorkSlice } from '#libs/config-bus';

/** What has to be closed before anything else goes on: its bounds are found without looking at what is in it. */
const closing = new Set(['}', ']']);
const opening = new Set(['{', '[']);
const blank = /[ \t\n\r]*/y;
// To the next character that means something: a bracket, or the quote that begins a text.
const insignificant = /[^"{}[\]]*/y;
const scalar = /[^,\]}\s]*/y;

/**
 * Parses JSON as `JSON.parse` does, which stops the event loop for a second with 100 MB. The outermost `depth` levels
 * of objects and lists are taken apart here, with turns for everything else in between, and what is inside of them is
 * handed to `JSON.parse`, each by itself. Throws a `SyntaxError`, and a `RangeError` for a part of more than `longestPart` characters.
 */
export async function parseJsonInSlices(
  text: string,
  { depth, longestPart }: { depth: number; longestPart: number },
): Promise<unknown> {
  const parts = new JsonParts(text, longestPart);
  const value = await parts.value(depth);
  parts.requireEnd();
  return value;
}

class JsonParts {
  private readonly slice = new WorkSlice();
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly longestPart: number,
  ) {}

  async value(depth: number): Promise<unknown> {
    this.skip(blank);
    const first = this.text[this.at];
    if (depth === 0 || first === undefined || !opening.has(first)) return this.part();
    this.at += 1;
    return first === '[' ? this.list(depth) : this.object(depth);
  }

  requireEnd(): void {
    this.skip(blank);
    if (this.at < this.text.length) throw new SyntaxError('there is more than one value');
  }

  private async list(depth: number): Promise<unknown[]> {
    const items: unknown[] = [];
    if (this.takes(']')) return items;
    do {
      items.push(await this.value(depth - 1));
      if (this.slice.isOver()) await this.slice.next();
    } while (this.goesOn(']'));
    return items;
  }

  private async object(depth: number): Promise<unknown> {
    const fields: [string, unknown][] = [];
    if (this.takes('}')) return {};
    do {
      this.skip(blank);
      if (this.text[this.at] !== '"') throw new SyntaxError('a field has no name');
      const name = String(this.part());
      if (!this.takes(':')) throw new SyntaxError('a field has no value');
      fields.push([name, await this.value(depth - 1)]);
    } while (this.goesOn('}'));
    return Object.fromEntries(fields);
  }

  /** The next value, whatever is in it. */
  private part(): unknown {
    const start = this.at;
    const first = this.text[start] ?? '';
    if (first === '"') this.skipText();
    else if (opening.has(first)) this.skipBrackets();
    else this.skip(scalar);
    if (this.at - start > this.longestPart) throw new RangeError('a part is too long');
    return JSON.parse(this.text.slice(start, this.at));
  }

  private skipBrackets(): void {
    let open = 0;
    do {
      const character = this.text[this.at] ?? '';
      if (character === '"') this.skipText();
      else {
        if (opening.has(character)) open += 1;
        else if (closing.has(character)) open -= 1;
        else throw new SyntaxError('a bracket is not closed');
        this.at += 1;
      }
      if (open > 0) this.skip(insignificant);
    } while (open > 0);
  }

  private goesOn(end: ']' | '}'): boolean {
    if (this.takes(',')) return true;
    if (this.takes(end)) return false;
    throw new SyntaxError('a bracket is not closed');
  }

  private takes(character: string): boolean {
    this.skip(blank);
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  /** A text ends at a quote with an even number of backslashes before it. */
  private skipText(): void {
    let end = this.at;
    let backslashes: number;
    do {
      end = this.text.indexOf('"', end + 1);
      if (end === -1) throw new SyntaxError('a text does not end');
      backslashes = 0;
      while (this.text[end - 1 - backslashes] === '\\') backslashes += 1;
    } while (backslashes % 2 === 1);
    this.at = end + 1;
  }

  private skip(pattern: RegExp): void {
    pattern.lastIndex = this.at;
    pattern.test(this.text);
    this.at = pattern.lastIndex;
  }
}
