import type { Place } from './config-fault.js';

/** Something about one directive that a person should know. */
export interface Finding extends Place {
  directive: string;
  message: string;
}

/**
 * Collects the directives that are not carried over (warnings), and remarks (hints). Each is reported once.
 */
export class Findings {
  readonly #warnings = new Map<string, Finding>();
  readonly #hints = new Map<string, Finding>();

  warn(about: { name: string; place: Place }, message: string): void {
    add(this.#warnings, about, message);
  }

  hint(about: { name: string; place: Place }, message: string): void {
    add(this.#hints, about, message);
  }

  get warnings(): Finding[] {
    return inOrder(this.#warnings);
  }

  get hints(): Finding[] {
    return inOrder(this.#hints);
  }
}

// A directive that several locations inherit is looked at for each of them.
function add(
  findings: Map<string, Finding>,
  { name, place }: { name: string; place: Place },
  message: string,
): void {
  const { file, line, column } = place;
  findings.set(`${file}:${line}:${column} ${message}`, { file, line, column, directive: name, message });
}

function inOrder(findings: ReadonlyMap<string, Finding>): Finding[] {
  return [...findings.values()].sort(
    (one, other) =>
      (one.file < other.file ? -1 : Number(one.file > other.file)) ||
      one.line - other.line ||
      one.column - other.column,
  );
}
