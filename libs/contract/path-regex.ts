import { RE2JS, RE2JSSyntaxException } from 're2js';
import { parameterProblem } from './path-template.js';

/** The most characters of a pattern. */
const maxRegexLength = 256;

// A comparison takes at most one step for each instruction and character; a UUID has 36 instructions.
const maxInstructions = 96;

export type ParsedPathRegex = { ok: true; regex: PathRegex } | { ok: false; reason: string };

/**
 * A regular expression with the syntax and the linear time of RE2, which matches whole paths. Its named
 * groups are parameters.
 */
export class PathRegex {
  /** The names of its groups. */
  readonly parameters: readonly string[];
  /** The text with which all paths begin that it matches. */
  readonly start: string;
  readonly #regex: RE2JS;

  private constructor(regex: RE2JS) {
    this.#regex = regex;
    this.parameters = Object.keys(regex.namedGroups());
    const prefix: unknown = regex.re2().prefix;
    // Every path begins with a slash, also where an alternative of the pattern does not.
    this.start = typeof prefix === 'string' && prefix !== '' ? prefix : '/';
  }

  static parse(pattern: string): ParsedPathRegex {
    if (!pattern.startsWith('/')) return refuse('a regular expression of paths starts with "/"');
    if (pattern.length > maxRegexLength) return refuse(`at most ${maxRegexLength} characters`);
    const outsider = /[^\x21-\x7e]/.exec(pattern);
    if (outsider !== null) return refuse(`character ${outsider.index + 1} is none of a path; encode it`);
    try {
      const compiled = RE2JS.compile(pattern);
      if (compiled.programSize() > maxInstructions) return refuse(tooLarge(compiled.programSize()));
      const regex = new PathRegex(compiled);
      const problem = nameProblem(regex.parameters);
      return problem === null ? { ok: true, regex } : refuse(problem);
    } catch (error) {
      if (error instanceof RE2JSSyntaxException) return refuse(syntaxProblem(error, pattern));
      throw error;
    }
  }

  /** The most steps that a comparison with a path of this length takes. */
  maxSteps(pathLength: number): number {
    return this.#regex.programSize() * pathLength;
  }

  matches(path: string): boolean {
    return this.#regex.testExact(path);
  }

  /** The values of the parameters; empty for a group that takes no part in the match. */
  parametersOf(path: string): Map<string, string> {
    const matcher = this.#regex.matcher(path);
    if (!matcher.matches()) return new Map();
    return new Map(this.parameters.map((name) => [name, matcher.group(name) ?? '']));
  }
}

function nameProblem(names: readonly string[]): string | null {
  for (const name of names) {
    if (!/^[a-z][a-z0-9_]{0,63}$/.test(name)) {
      return `the group "${name}" is not a parameter; expected a lower-case letter and then a-z, 0-9 and "_"`;
    }
    const problem = parameterProblem(name, new Set());
    if (problem !== null) return problem;
  }
  return null;
}

function syntaxProblem(error: RE2JSSyntaxException, pattern: string): string {
  const part = error.getPattern() ?? '';
  const place = pattern.indexOf(part);
  const where = part === '' || place === -1 ? '' : ` at character ${place + 1}: "${part}"`;
  return `${error.getDescription()}${where} (the syntax is that of RE2)`;
}

function tooLarge(size: number): string {
  return `the program of the pattern has ${size} instructions; at most ${maxInstructions}`;
}

function refuse(reason: string): ParsedPathRegex {
  return { ok: false, reason };
}
