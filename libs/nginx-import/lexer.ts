import { ConfigFault, type Place } from './config-fault.js';

/** One argument of a directive, without its quotes, and with its escapes decoded. */
export interface Word {
  text: string;
  place: Place;
}

/**
 * The words of a directive and the character that ends them; `}` and the end of the file come without words.
 */
export interface Head {
  words: Word[];
  end: ';' | '{' | '}' | 'end of file';
  place: Place;
}

// nginx reads a file through a buffer of 4,096 bytes, and refuses a parameter that does not fit into it.
const maxWordLength = 4095;

/**
 * Reads a file of nginx as `ngx_conf_read_token` does, in one pass. A comment begins only where a word could.
 * Quotes count only at the start of a word. After a closing quote there has to be white space, `;`, `{` or
 * `)`. A backslash takes the meaning of the next character away, and `${` does not open a block.
 */
export class Lexer {
  #at = 0;
  #line = 1;
  #lineStart = 0;

  constructor(
    private readonly file: string,
    private readonly text: string,
  ) {}

  next(): Head {
    const words: Word[] = [];
    for (;;) {
      this.#skipSpaceAndComments();
      const place = this.#place();
      const character = this.text[this.#at];
      if (character === undefined) {
        if (words.length > 0) throw unfinished(place);
        return { words, end: 'end of file', place };
      }
      if (character === ';' || character === '{' || character === '}') {
        if ((character === '}') === words.length > 0) throw unexpected(place, character);
        this.#at += 1;
        return { words, end: character, place };
      }
      words.push({ text: this.#word(character, place), place });
    }
  }

  #skipSpaceAndComments(): void {
    for (; this.#at < this.text.length; this.#at += 1) {
      const character = this.text[this.#at];
      if (character === '#') {
        const end = this.text.indexOf('\n', this.#at);
        this.#at = end === -1 ? this.text.length : end;
      }
      if (this.text[this.#at] === '\n') this.#newLine();
      else if (!isSpace(this.text[this.#at])) return;
    }
  }

  #word(first: string, place: Place): string {
    const isQuoted = first === '"' || first === "'";
    if (isQuoted) this.#at += 1;
    const start = this.#at;
    const end = isQuoted ? this.#quotedEnd(first) : this.#bareEnd();
    if (end - start > maxWordLength) throw new ConfigFault(place, 'too long parameter');
    if (isQuoted) {
      this.#at = end + 1;
      this.#requireSeparator();
    }
    return decoded(this.text.slice(start, end));
  }

  #quotedEnd(quote: string): number {
    while (this.#at < this.text.length && this.text[this.#at] !== quote) this.#step();
    if (this.#at >= this.text.length) throw unfinished(this.#place());
    return this.#at;
  }

  #bareEnd(): number {
    let isAfterDollar = false;
    while (this.#at < this.text.length) {
      const character = this.text[this.#at];
      if (character !== '{' || !isAfterDollar) {
        if (character === ';' || character === '{' || isSpace(character)) return this.#at;
        isAfterDollar = character === '$';
      }
      this.#step();
    }
    throw unfinished(this.#place());
  }

  /** One character further, or two where a backslash takes the meaning of the second away. */
  #step(): void {
    if (this.text[this.#at] === '\\') this.#at += 1;
    if (this.text[this.#at] === '\n') this.#newLine();
    this.#at += 1;
  }

  #requireSeparator(): void {
    const character = this.text[this.#at];
    if (character === undefined) throw unfinished(this.#place());
    if (!isSpace(character) && !';{)'.includes(character)) throw unexpected(this.#place(), character);
  }

  #newLine(): void {
    this.#line += 1;
    this.#lineStart = this.#at + 1;
  }

  #place(): Place {
    const at = Math.min(this.#at, this.text.length);
    return { file: this.file, line: this.#line, column: at - this.#lineStart + 1 };
  }
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\n';
}

// Before any other character nginx keeps the backslash.
function decoded(word: string): string {
  return word.includes('\\') ? word.replace(/\\(["'\\trn])/g, decodedEscape) : word;
}

function decodedEscape(_: string, character: string): string {
  return { t: '\t', r: '\r', n: '\n' }[character] ?? character;
}

function unexpected(place: Place, character: string): ConfigFault {
  return new ConfigFault(place, `unexpected "${character}"`);
}

function unfinished(place: Place): ConfigFault {
  return new ConfigFault(place, 'unexpected end of file, expecting ";" or "}"');
}
