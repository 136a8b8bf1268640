import { WorkSlice } from '#libs/async';
import { JsonFaultError, parseStrictJson, repeatedName, type JsonFault } from './strict-json.js';

const closing = new Set(['}', ']']);
const opening = new Set(['{', '[']);
const blank = /[ \t\n\r]*/y;
// Everything up to the next bracket or quote.
const insignificant = /[^"{}[\]]*/y;
const scalar = /[^,\]}\s]*/y;

/**
 * Parses JSON like `parseStrictJson`, which blocks the event loop for seconds for 100 MB. This splits the
 * outermost `depth` levels of objects and lists into parts, parses each part separately, and yields to the
 * event loop in between. Throws a `JsonFaultError`, and a `RangeError` for a part of more than
 * `maxPartLength` characters.
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
  readonly #slice = new WorkSlice();
  /** The path of the current value. */
  readonly #path: (string | number)[] = [];
  #at = 0;

  constructor(
    private readonly text: string,
    private readonly maxPartLength: number,
  ) {}

  async value(depth: number): Promise<unknown> {
    this.#skip(blank);
    const first = this.text[this.#at];
    if (depth === 0 || first === undefined || !opening.has(first)) return this.#part();
    this.#at += 1;
    return first === '[' ? this.#list(depth) : this.#object(depth);
  }

  requireEnd(): void {
    this.#skip(blank);
    if (this.#at < this.text.length) throw this.#fault('expected nothing after the value');
  }

  async #list(depth: number): Promise<unknown[]> {
    const items: unknown[] = [];
    if (this.#consumes(']')) return items;
    do {
      this.#path.push(items.length);
      items.push(await this.value(depth - 1));
      this.#path.pop();
      if (this.#slice.isOver()) await this.#slice.next();
    } while (this.#hasNext(']'));
    return items;
  }

  async #object(depth: number): Promise<unknown> {
    const fields = new Map<string, unknown>();
    if (this.#consumes('}')) return {};
    do {
      const name = this.#name(fields);
      this.#path.push(name);
      if (!this.#consumes(':')) throw this.#fault('expected ":"');
      fields.set(name, await this.value(depth - 1));
      this.#path.pop();
    } while (this.#hasNext('}'));
    return Object.fromEntries(fields);
  }

  #name(fields: ReadonlyMap<string, unknown>): string {
    this.#skip(blank);
    const offset = this.#at;
    if (this.text[offset] !== '"') throw this.#fault('expected a name in double quotes');
    this.#skipString();
    // Parsed as part of an object, so that the rules for names apply.
    const object = this.#parsed(`{${this.text.slice(offset, this.#at)}:0}`, offset - 1);
    const [name = ''] = Object.keys(object ?? {});
    if (!fields.has(name)) return name;
    throw new JsonFaultError([
      { kind: 'syntax', message: repeatedName, offset, path: [...this.#path, name] },
    ]);
  }

  /** Parses the next value as a whole. */
  #part(): unknown {
    const start = this.#at;
    const first = this.text[start] ?? '';
    if (first === '"') this.#skipString();
    else if (opening.has(first)) this.#skipBrackets();
    else this.#skip(scalar);
    if (this.#at - start > this.maxPartLength) throw new RangeError('a part is too long');
    return this.#parsed(this.text.slice(start, this.#at), start);
  }

  #parsed(text: string, start: number): unknown {
    try {
      return parseStrictJson(text);
    } catch (error) {
      if (!(error instanceof JsonFaultError)) throw error;
      const faults = error.faults.map(({ offset, path, ...fault }) => ({
        ...fault,
        offset: start + offset,
        path: [...this.#path, ...path],
      }));
      throw new JsonFaultError(faults);
    }
  }

  #fault(message: string): JsonFaultError {
    const fault: JsonFault = { kind: 'syntax', message, offset: this.#at, path: [...this.#path] };
    return new JsonFaultError([fault]);
  }

  #skipBrackets(): void {
    let open = 0;
    do {
      const character = this.text[this.#at] ?? '';
      if (character === '"') this.#skipString();
      else {
        if (opening.has(character)) open += 1;
        else if (closing.has(character)) open -= 1;
        else throw this.#fault('expected "}" or "]"');
        this.#at += 1;
      }
      if (open > 0) this.#skip(insignificant);
    } while (open > 0);
  }

  #hasNext(end: ']' | '}'): boolean {
    if (this.#consumes(',')) return true;
    if (this.#consumes(end)) return false;
    throw this.#fault(`expected "," or "${end}"`);
  }

  #consumes(character: string): boolean {
    this.#skip(blank);
    if (this.text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  /** A string ends at a quote after an even number of backslashes. */
  #skipString(): void {
    let end = this.#at;
    let backslashes: number;
    do {
      end = this.text.indexOf('"', end + 1);
      if (end === -1) throw this.#fault('the string has no closing quote');
      backslashes = 0;
      while (this.text[end - 1 - backslashes] === '\\') backslashes += 1;
    } while (backslashes % 2 === 1);
    this.#at = end + 1;
  }

  #skip(pattern: RegExp): void {
    pattern.lastIndex = this.#at;
    pattern.test(this.text);
    this.#at = pattern.lastIndex;
  }
}
