import { getLocation, printParseErrorCode, visit } from 'jsonc-parser';
import { fieldRules } from '#libs/contract';

export type JsonPath = readonly (string | number)[];

/** A fault in a JSON text. */
export interface JsonFault {
  /**
   * `syntax`: the text is not I-JSON (RFC 7493). `value`: it is I-JSON with a value that the API refuses.
   */
  kind: 'syntax' | 'value';
  message: string;
  /** The position in the text, in UTF-16 units. */
  offset: number;
  path: JsonPath;
}

/** Refuses a text, with its first syntax error, or else its first 100 faults. */
export class JsonFaultError extends Error {
  constructor(readonly faults: readonly JsonFault[]) {
    super(faults[0]?.message ?? 'not JSON');
    this.name = 'JsonFaultError';
  }
}

const maxFaults = 100;
// Far deeper than any resource. Values are traversed by recursion.
const maxDepth = 64;

/**
 * Parses JSON that all parsers read alike: no object repeats a name, and no string has a lone surrogate (RFC
 * 7493 §2.1, §2.3). Also refuses the name `__proto__` and the number `-0`, which JavaScript and JSON lose in
 * conversion. `JSON.parse`, which creates the value, accepts all of these. Throws a
 * `JsonFaultError`.
 */
export function parseStrictJson(text: string): unknown {
  const inspection = new JsonInspection(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new JsonFaultError([inspection.syntaxError()]);
  }
  if (inspection.faults.length > 0) throw new JsonFaultError(inspection.faults);
  return value;
}

export const repeatedName = 'this name is repeated in its object';

function nameFault(name: string, isRepeated: boolean): Pick<JsonFault, 'kind' | 'message'> | null {
  if (isRepeated) return { kind: 'syntax', message: repeatedName };
  if (hasLoneSurrogate(name)) return { kind: 'syntax', message: surrogateMessage };
  return name === '__proto__' ? { kind: 'value', message: fieldRules.unknown_field } : null;
}

const surrogateMessage = 'half of a surrogate pair is not text: write the whole character';

function hasLoneSurrogate(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

function valueFault(value: unknown): Pick<JsonFault, 'kind' | 'message'> | null {
  if (Object.is(value, -0)) return { kind: 'value', message: 'expected 0 instead of -0' };
  const isBroken = typeof value === 'string' && hasLoneSurrogate(value);
  return isBroken ? { kind: 'syntax', message: surrogateMessage } : null;
}

class NestedTooDeep extends Error {}

/** Scans a text once and collects its faults. */
class JsonInspection {
  readonly faults: JsonFault[] = [];
  /** The names found so far in each open object. */
  readonly #names: Set<string>[] = [];
  #depth = 0;
  #error: JsonFault | null = null;

  constructor(private readonly text: string) {
    try {
      this.#walk();
    } catch (error) {
      if (!(error instanceof NestedTooDeep)) throw error;
    }
  }

  /** The syntax error of a text that `JSON.parse` has refused. */
  syntaxError(): JsonFault {
    return this.#error ?? { kind: 'syntax', message: 'this is not JSON', offset: 0, path: [] };
  }

  #walk(): void {
    visit(
      this.text,
      {
        onObjectBegin: (offset) => {
          this.#open(offset);
          this.#names.push(new Set());
        },
        onObjectEnd: () => {
          this.#depth -= 1;
          this.#names.pop();
        },
        onArrayBegin: (offset) => this.#open(offset),
        onArrayEnd: () => {
          this.#depth -= 1;
        },
        onObjectProperty: (name, offset, _length, _line, _column, pathOf) => {
          const names = this.#names.at(-1);
          const fault = nameFault(name, names?.has(name) ?? false);
          names?.add(name);
          if (fault !== null) this.#add({ ...fault, offset, path: [...pathOf(), name] });
        },
        onLiteralValue: (value, offset, _length, _line, _column, pathOf) => {
          const fault = valueFault(value);
          if (fault !== null) this.#add({ ...fault, offset, path: pathOf() });
        },
        onError: (code, offset) => {
          this.#error ??= this.#errorAt(
            syntaxMessages[printParseErrorCode(code)] ?? 'this is not JSON',
            offset,
          );
        },
      },
      { disallowComments: true },
    );
  }

  #open(offset: number): void {
    this.#depth += 1;
    if (this.#depth <= maxDepth) return;
    const fault = {
      kind: 'syntax',
      message: `nested deeper than ${maxDepth} levels`,
      offset,
      path: [],
    } as const;
    this.#error ??= fault;
    this.#add(fault);
    throw new NestedTooDeep();
  }

  #add(fault: JsonFault): void {
    if (this.faults.length < maxFaults) this.faults.push(fault);
  }

  #errorAt(message: string, offset: number): JsonFault {
    return {
      kind: 'syntax',
      message,
      offset,
      path: getLocation(this.text, offset).path.filter((name) => name !== ''),
    };
  }
}

const syntaxMessages: Readonly<Record<string, string>> = {
  InvalidSymbol: 'expected a value; a string needs double quotes',
  PropertyNameExpected: 'expected a name in double quotes, and no comma after the last field',
  ValueExpected: 'expected a value, and no comma after the last item',
  ColonExpected: 'expected ":"',
  CommaExpected: 'expected "," or the end of the object or list',
  CloseBraceExpected: 'expected "}"',
  CloseBracketExpected: 'expected "]"',
  EndOfFileExpected: 'expected nothing after the value',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfComment: 'JSON has no comments',
  UnexpectedEndOfString: 'the string has no closing quote on its line',
  UnexpectedEndOfNumber: 'the number is not complete',
  InvalidUnicode: 'expected four hexadecimal digits after \\u',
  InvalidEscapeCharacter: 'JSON has no such escape',
  InvalidCharacter: 'a control character has to be escaped, like \\n',
};
