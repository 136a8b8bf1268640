import { PathRegex } from '#libs/contract';

/** The regular expression of a route for the same paths, or why there is none. */
export type LocationPattern = { ok: true; regex: PathRegex; pattern: string } | { ok: false; reason: string };

/**
 * Translates the regular expression of a location. nginx searches the decoded path; a route matches a whole
 * path in which all characters but unreserved ones may be encoded. So where the expression takes any
 * character, the pattern takes an encoded one as a whole, and literal characters have to be unreserved.
 */
export function locationPatternOf(expression: string, isCaseless: boolean): LocationPattern {
  try {
    const rest = new ExpressionReader(expression).rest();
    const pattern = isCaseless ? `/(?i:${rest})` : `/${rest}`;
    const parsed = PathRegex.parse(pattern);
    return parsed.ok ? { ok: true, regex: parsed.regex, pattern } : { ok: false, reason: parsed.reason };
  } catch (error) {
    if (error instanceof Untranslatable) return { ok: false, reason: error.message };
    throw error;
  }
}

class Untranslatable extends Error {}

interface Piece {
  text: string;
  /** The first character that it takes. */
  first: 'slash' | 'other' | 'any';
  isOptional: boolean;
}

// A line feed is the only character that `.` does not take.
const anyButLineFeed = '(?:[^%]|%[^0].|%0[^A])';
// `$` also matches before a line feed at the end.
const end: Piece = { text: '(?:%0A)?$', first: 'any', isOptional: true };
const unreserved = /^[A-Za-z0-9._~/-]$/;
const quantifier = /^(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})/;

class ExpressionReader {
  #at = 0;

  constructor(private readonly expression: string) {}

  /** The pattern for what follows the slash with which every path begins. */
  rest(): string {
    const rests = [this.#rooted()];
    while (this.#take('|')) rests.push(this.#rooted());
    if (this.#at < this.expression.length) throw new Untranslatable('it has an unmatched ")"');
    const [only = '', ...others] = rests;
    return others.length === 0 ? only : `(?:${rests.join('|')})`;
  }

  #rooted(): string {
    const isAnchored = this.#take('^');
    const pieces = this.#sequence();
    const isEnded = pieces.at(-1) === end;
    const own = isEnded ? pieces.slice(0, -1) : pieces;
    const after = isEnded ? '(?:%0A)?' : '.*';
    if (!isAnchored) while (own[0]?.text === `${anyButLineFeed}*`) own.shift();
    const [first, ...others] = own;
    if (first === undefined && !isAnchored) return '.*';
    if (first?.text === '/') return (isAnchored ? '' : '(?:.*/)?') + textOf(others) + after;
    if (isAnchored) throw new Untranslatable('after "^" it does not begin with "/"');
    if (startOf(own) !== 'other') throw new Untranslatable('it may or may not begin with "/"');
    return `(?:[^%]|%..)*${textOf(own)}${after}`;
  }

  #sequence(): Piece[] {
    const pieces: Piece[] = [];
    while (this.#at < this.expression.length && !'|)'.includes(this.#next())) pieces.push(this.#piece());
    return pieces;
  }

  #piece(): Piece {
    const piece = this.#atom();
    const [count] = quantifier.exec(this.expression.slice(this.#at)) ?? [];
    if (count === undefined) return piece;
    this.#at += count.length;
    // Whether it takes as few as possible is of no importance for whether a path matches.
    this.#take('?');
    if (piece === end || /^[*+?{]/.test(this.#next())) throw new Untranslatable('it repeats a repetition');
    const isOptional = piece.isOptional || /^(?:[*?]|\{0+[,}])/.test(count);
    return { text: `${piece.text}${count}`, first: piece.first, isOptional };
  }

  #atom(): Piece {
    if (this.#take('$')) return end;
    if (this.#take('.')) return { text: anyButLineFeed, first: 'any', isOptional: false };
    if (this.#take('(')) return this.#group();
    if (this.#take('[')) return this.#characterClass();
    const member = this.#member();
    const isClass = member.length > 1 && !member.startsWith('\\');
    const first = member === '/' ? 'slash' : 'other';
    return { text: isClass ? `[${member}]` : member, first, isOptional: false };
  }

  #group(): Piece {
    if (this.#take('?')) {
      const [start] = /^(?::|P?<[A-Za-z_][A-Za-z0-9_]*>)/.exec(this.expression.slice(this.#at)) ?? [];
      if (start === undefined) throw new Untranslatable('it has a group with "(?" that RE2 or paths lack');
      this.#at += start.length;
    }
    const alternatives = [this.#sequence()];
    while (this.#take('|')) alternatives.push(this.#sequence());
    if (!this.#take(')')) throw new Untranslatable('it has an unmatched "("');
    const isOther = alternatives.every((pieces) => startOf(pieces) === 'other');
    return {
      text: `(?:${alternatives.map(textOf).join('|')})`,
      first: isOther ? 'other' : 'any',
      isOptional: alternatives.some((pieces) => pieces.every(({ isOptional }) => isOptional)),
    };
  }

  #characterClass(): Piece {
    const isNegated = this.#take('^');
    let members = '';
    while (!this.#take(']')) {
      const low = this.#member();
      const isRange = this.#next() === '-' && this.expression[this.#at + 1] !== ']';
      if (isRange) this.#at += 1;
      members += isRange ? rangeOf(low, this.#literal()) : low === '-' ? '\\-' : low;
    }
    if (members === '') throw new Untranslatable('it has a "]" as the first of a class');
    const hasSlash = members.includes('/');
    return {
      text: isNegated ? `(?:[^${members}%]|%..)` : `[${members}]`,
      first: hasSlash === isNegated ? 'other' : 'any',
      isOptional: false,
    };
  }

  /** A character, or the members of a class like `\d`. */
  #member(): string {
    if (this.#take('\\d')) return '0-9';
    if (this.#take('\\w')) return 'A-Za-z0-9_';
    return this.#literal();
  }

  #literal(): string {
    const isEscaped = this.#take('\\');
    const character = this.#next();
    // An escaped letter or digit is a class, an assertion or a reference.
    if (!unreserved.test(character) || (isEscaped && /[A-Za-z0-9]/.test(character))) {
      throw new Untranslatable(`it has "${isEscaped ? '\\' : ''}${character}"`);
    }
    this.#at += 1;
    return character === '.' ? '\\.' : character;
  }

  #next(): string {
    return this.expression[this.#at] ?? '';
  }

  #take(text: string): boolean {
    if (!this.expression.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }
}

function rangeOf(low: string, high: string): string {
  const isRange = ['a-z', 'A-Z', '0-9'].some((kind) => new RegExp(`^[${kind}]{2}$`).test(low + high));
  if (!isRange || low > high) throw new Untranslatable(`it has the range "${low}-${high}"`);
  return `${low}-${high}`;
}

function textOf(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join('');
}

function startOf([first]: readonly Piece[]): Piece['first'] {
  return first === undefined || first.isOptional ? 'any' : first.first;
}
