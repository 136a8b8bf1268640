import { WorkSlice } from '#libs/async';
import { JsonFaultError, parseStrictJson, repeatedName, type JsonFault } from './strict-json.js';

/** What has to be closed before anything else goes on: its bounds are found without looking at what is in it. */
const closing = new Set(['}', ']']);
const opening = new Set(['{', '[']);
const blank = /[ \t\n\r]*/y;
// To the next character that means something: a bracket, or the quote that begins a text.
const insignificant = /[^"{}[\]]*/y;
const scalar = /[^,\]}\s]*/y;

/**
 * Parses JSON as `parseStrictJson` does, which stops the event loop for seconds with 100 MB. The outermost `depth` levels
 * of objects and lists are taken apart here, with turns for everything else in between, and what is inside of them is
 * parsed each by itself. Throws a `JsonFaultError`, and a `RangeError` for a part of more than `maxPartLength` characters.
 */
export async function parseJsonInSlices(
  text: string,
  { depth, maxPartLength }: { depth: number; maxPartLength: number },
): Promise<unknown> {
  const parts = new JsonParts(text, maxPartLength);
  const value = await parts.value(depth);
  parts.requireEnd();
  return value;
}

class JsonParts {
  private readonly slice = new WorkSlice();
  /** The names and indexes that lead to where it stands. */
  private readonly path: (string | number)[] = [];
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly maxPartLength: number,
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
    if (this.at < this.text.length) throw this.fault('expected nothing after the value');
  }

  private async list(depth: number): Promise<unknown[]> {
    const items: unknown[] = [];
    if (this.takes(']')) return items;
    do {
      this.path.push(items.length);
      items.push(await this.value(depth - 1));
      this.path.pop();
      if (this.slice.isOver()) await this.slice.next();
    } while (this.goesOn(']'));
    return items;
  }

  private async object(depth: number): Promise<unknown> {
    const fields = new Map<string, unknown>();
    if (this.takes('}')) return {};
    do {
      const name = this.name(fields);
      this.path.push(name);
      if (!this.takes(':')) throw this.fault('expected ":"');
      fields.set(name, await this.value(depth - 1));
      this.path.pop();
    } while (this.goesOn('}'));
    return Object.fromEntries(fields);
  }

  private name(fields: ReadonlyMap<string, unknown>): string {
    this.skip(blank);
    const offset = this.at;
    if (this.text[offset] !== '"') throw this.fault('expected a name in double quotes');
    this.skipText();
    // Within an object, so that it is held to what holds for names.
    const object = this.parsed(`{${this.text.slice(offset, this.at)}:0}`, offset - 1);
    const [name = ''] = Object.keys(object ?? {});
    if (!fields.has(name)) return name;
    throw new JsonFaultError([{ kind: 'syntax', message: repeatedName, offset, path: [...this.path, name] }]);
  }

  /** The next value, whatever is in it. */
  private part(): unknown {
    const start = this.at;
    const first = this.text[start] ?? '';
    if (first === '"') this.skipText();
    else if (opening.has(first)) this.skipBrackets();
    else this.skip(scalar);
    if (this.at - start > this.maxPartLength) throw new RangeError('a part is too long');
    return this.parsed(this.text.slice(start, this.at), start);
  }

  private parsed(text: string, start: number): unknown {
    try {
      return parseStrictJson(text);
    } catch (error) {
      if (!(error instanceof JsonFaultError)) throw error;
      const faults = error.faults.map(({ offset, path, ...fault }) => ({
        ...fault,
        offset: start + offset,
        path: [...this.path, ...path],
      }));
      throw new JsonFaultError(faults);
    }
  }

  private fault(message: string): JsonFaultError {
    const fault: JsonFault = { kind: 'syntax', message, offset: this.at, path: [...this.path] };
    return new JsonFaultError([fault]);
  }

  private skipBrackets(): void {
    let open = 0;
    do {
      const character = this.text[this.at] ?? '';
      if (character === '"') this.skipText();
      else {
        if (opening.has(character)) open += 1;
        else if (closing.has(character)) open -= 1;
        else throw this.fault('expected "}" or "]"');
        this.at += 1;
      }
      if (open > 0) this.skip(insignificant);
    } while (open > 0);
  }

  private goesOn(end: ']' | '}'): boolean {
    if (this.takes(',')) return true;
    if (this.takes(end)) return false;
    throw this.fault(`expected "," or "${end}"`);
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
      if (end === -1) throw this.fault('the string has no closing quote');
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
