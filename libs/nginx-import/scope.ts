import type { Word } from './lexer.js';
import type { Directive } from './parser.js';

/** The directives of `http`, of a server, or of a location, and what they inherit. */
export class Scope {
  readonly #own = new Map<string, Directive[]>();

  constructor(
    readonly directives: readonly Directive[],
    readonly parent: Scope | null,
  ) {
    for (const directive of directives) {
      const same = this.#own.get(directive.name);
      if (same === undefined) this.#own.set(directive.name, [directive]);
      else same.push(directive);
    }
  }

  /** The directives of this name in this very block. */
  own(name: string): readonly Directive[] {
    return this.#own.get(name) ?? [];
  }

  /**
   * The directives of these names that are in force here. nginx takes them all from the innermost block that
   * has any of them: one `proxy_set_header` in a location takes away all those of its server.
   */
  inForce(...names: string[]): readonly Directive[] {
    const isOwn = names.some((name) => this.#own.has(name));
    if (isOwn) return this.directives.filter(({ name }) => names.includes(name));
    return this.parent?.inForce(...names) ?? [];
  }

  /** The directive of this name that is in force here, where there can be but one. */
  one(name: string): Directive | null {
    return this.inForce(name).at(-1) ?? null;
  }
}

/** The text of an argument; empty where it is missing. */
export function argument({ args }: { args: readonly Word[] }, index: number): string {
  return args[index]?.text ?? '';
}
