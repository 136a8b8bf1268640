import { ConfigFault, type Place } from './config-fault.js';
import { Lexer, type Word } from './lexer.js';

/** A directive with its arguments, and with its block where it has one. */
export interface Directive {
  name: string;
  args: readonly Word[];
  block: readonly Directive[] | null;
  place: Place;
}

const maxDepth = 32;
/** Each is an object of some 200 bytes, so this bounds the memory of a file of nothing but `a;`. */
export const maxDirectives = 100_000;

/** Parses a file into its directives. Throws a `ConfigFault` at the first place that nginx would refuse. */
export function parse(file: string, text: string): readonly Directive[] {
  const lexer = new Lexer(file, text);
  const blocks = new OpenBlocks();
  for (;;) {
    const { words, end, place } = lexer.next();
    if (end === 'end of file') return blocks.finish(place);
    const [first, ...args] = words;
    if (first === undefined) blocks.close(place);
    else {
      const opening = { name: first.text, args, place: first.place };
      if (end === '{') blocks.open(opening, place);
      else blocks.add({ ...opening, block: null });
    }
  }
}

type Opening = Omit<Directive, 'block'>;

/** The blocks around the place that is being read, from the outside in; the file itself is the first. */
class OpenBlocks {
  readonly #outer: { opening: Opening; siblings: Directive[] }[] = [];
  #directives: Directive[] = [];
  #count = 0;

  add(directive: Directive): void {
    this.#count += 1;
    if (this.#count > maxDirectives) {
      throw new ConfigFault(directive.place, `there are more than ${maxDirectives} directives`);
    }
    this.#directives.push(directive);
  }

  open(opening: Opening, place: Place): void {
    if (this.#outer.length >= maxDepth) {
      throw new ConfigFault(place, `blocks are nested more than ${maxDepth} deep`);
    }
    this.#outer.push({ opening, siblings: this.#directives });
    this.#directives = [];
  }

  close(place: Place): void {
    const parent = this.#outer.pop();
    if (parent === undefined) throw new ConfigFault(place, 'unexpected "}"');
    const block = this.#directives;
    this.#directives = parent.siblings;
    this.add({ ...parent.opening, block });
  }

  finish(place: Place): readonly Directive[] {
    const unclosed = this.#outer.at(-1)?.opening;
    if (unclosed === undefined) return this.#directives;
    const { name, place: begin } = unclosed;
    const message = `unexpected end of file, expecting "}" of "${name}", which begins in line ${begin.line}`;
    throw new ConfigFault(place, message);
  }
}
