import { posix } from 'node:path';
import { ConfigFault } from './config-fault.js';
import type { Findings } from './findings.js';
import { isGlob, matchesGlob } from './glob.js';
import { maxDirectives, parse, type Directive } from './parser.js';

export interface IncludeOptions {
  /** The text of each file by its path, relative to the folder. */
  files: ReadonlyMap<string, string>;
  /**
   * The folder of the main file on the machine of nginx; absolute paths below it are found among the files.
   */
  folder: string;
  /** Whether a file that is missing is a warning, not a fault. */
  skipMissing: boolean;
  findings: Findings;
}

const maxIncludeDepth = 16;
/**
 * These only name media types, or are for programs that do not speak HTTP, so nothing is lost without them.
 */
const filesWithoutEffect =
  /(?:^|\/)(?:mime\.types|fastcgi\.conf|(?:fastcgi|uwsgi|scgi)_params|koi-(?:utf|win)|win-utf)$/;

/** Parses files and puts the directives of included ones in the place of each `include`. */
export class Includes {
  readonly #parsed = new Map<string, readonly Directive[]>();
  #count = 0;

  constructor(private readonly options: IncludeOptions) {}

  /** Throws a `ConfigFault`, also for a file that includes itself, and for a path outside the folder. */
  read(file: string): readonly Directive[] {
    return this.#expand(this.#parse(file), [file]);
  }

  #parse(file: string): readonly Directive[] {
    const parsed = this.#parsed.get(file) ?? parse(file, this.options.files.get(file) ?? '');
    this.#parsed.set(file, parsed);
    return parsed;
  }

  #expand(directives: readonly Directive[], chain: readonly string[]): readonly Directive[] {
    return directives.flatMap((directive) => {
      this.#count += 1;
      // Files that include others twice grow exponentially with their depth.
      if (this.#count > maxDirectives) {
        throw new ConfigFault(
          directive.place,
          `with all includes there are more than ${maxDirectives} directives`,
        );
      }
      if (directive.name === 'include') return this.#include(directive, chain);
      if (directive.block === null) return [directive];
      return [{ ...directive, block: this.#expand(directive.block, chain) }];
    });
  }

  #include(directive: Directive, chain: readonly string[]): readonly Directive[] {
    const { args, block, place } = directive;
    const [pattern] = args;
    if (block !== null) throw new ConfigFault(place, 'directive "include" is not terminated by ";"');
    if (pattern === undefined || args.length > 1) {
      throw new ConfigFault(place, 'invalid number of arguments in "include" directive');
    }
    const included = this.#filesFor(directive, pattern.text);
    return included.flatMap((file) => {
      if (chain.includes(file)) {
        throw new ConfigFault(place, `${file} includes itself: ${[...chain, file].join(' -> ')}`);
      }
      if (chain.length >= maxIncludeDepth) {
        throw new ConfigFault(place, `includes are nested more than ${maxIncludeDepth} deep`);
      }
      return this.#expand(this.#parse(file), [...chain, file]);
    });
  }

  #filesFor(directive: Directive, pattern: string): readonly string[] {
    const { files, skipMissing, findings } = this.options;
    const path = this.#pathInFolder(pattern);
    if (path === null) {
      const message = `"${pattern}" is outside the folder, so it is not read`;
      // A path that climbs out is a fault in any case: it may be meant to read what its writer may not.
      if (!skipMissing || !pattern.startsWith('/')) throw new ConfigFault(directive.place, message);
      findings.warn(directive, message);
      return [];
    }
    // glob(3) sorts, and finding nothing is not an error.
    if (isGlob(path)) return [...files.keys()].filter((file) => matchesGlob(path, file)).sort();
    if (files.has(path)) return [path];
    if (filesWithoutEffect.test(path)) return [];
    const message = `"${pattern}" is not among the files`;
    if (!skipMissing) throw new ConfigFault(directive.place, message);
    findings.warn(directive, message);
    return [];
  }

  /** A path that begins with a slash may be given as it is, too. */
  #pathInFolder(pattern: string): string | null {
    const { files, folder } = this.options;
    const path = posix.normalize(pattern);
    if (files.has(path)) return path;
    const relative = posix.isAbsolute(path) ? posix.relative(folder, path) : path;
    return relative === '..' || relative.startsWith('../') ? null : relative;
  }
}
