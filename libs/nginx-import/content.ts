import { conditionOf } from './conditions.js';
import type { Findings } from './findings.js';
import { locationBelow, type Location } from './locations.js';
import type { Directive } from './parser.js';
import { changeByRewrite, movedPath, unchanged, type PathChange } from './path-changes.js';
import { argument, Scope } from './scope.js';
import type { Variables } from './variables.js';

/** The action of nginx for handshakes at a place. */
export type Content =
  | {
      kind: 'proxy';
      pass: Directive;
      scope: Scope;
      variables: Variables;
      /** How `rewrite` changed the path; null: not at all, or so that it came here from another location. */
      change: PathChange | null;
      /** How the path came here from another location; null: it did not. */
      move: Move | null;
      /**
       * A condition that closes the location to some requests and is not carried over; null: there is none.
       */
      guard: Directive | null;
    }
  /** It does not pass them to an upstream. */
  | {
      kind: 'closed';
      about: Directive;
      reason: string;
      /** Whether the location answers with 503. */
      isUnavailable: boolean;
    };

/** A `rewrite` after which nginx looks for a location again. */
export interface Move {
  /** The path that takes the place of the first location's, without a slash at its end. */
  to: string;
  /** The path of the location in which the request continues. */
  into: string;
}

interface State {
  variables: Variables;
  change: PathChange | null;
  /** The `rewrite` after which nginx looks for a location again; null: it stays in this one. */
  mover: Directive | null;
  guard: Directive | null;
}

const maxJumps = 8;

/** Follows the directives of a server and of one location as nginx does for a handshake. */
export class ContentReader {
  constructor(
    private readonly locations: readonly Location[],
    private readonly findings: Findings,
  ) {}

  /** The decision of the server's rewriting before any location; null: none. */
  ofServer(server: Scope, state: State): Content | null {
    return this.#run(server, state, null);
  }

  ofLocation(location: Location, state: State, jumps = 0): Content {
    const { scope, directive } = location;
    const decided = this.#run(scope, state, location);
    if (decided !== null) return decided;
    if (state.mover !== null) return this.#afterMove(state.mover, location, state, jumps);
    const pass = scope.own('proxy_pass').at(-1);
    const [tryFiles] = scope.own('try_files');
    if (tryFiles !== undefined) return this.#afterFiles(tryFiles, state, jumps);
    if (pass !== undefined) return proxied(pass, scope, state);
    return closed(directive, 'it has no proxy_pass');
  }

  /** There are no files to try, so the last argument decides. */
  #afterFiles(tryFiles: Directive, state: State, jumps: number): Content {
    const target = argument(tryFiles, tryFiles.args.length - 1);
    const next = this.locations.find(({ kind, path }) => kind === 'named' && path === target);
    if (next === undefined || jumps >= maxJumps) {
      return closed(tryFiles, `Sluice has no files, and "${target}" is not a location that proxies`);
    }
    const content = this.ofLocation(next, state, jumps + 1);
    if (content.kind === 'proxy') {
      this.findings.warn(tryFiles, `Sluice has no files, so everything goes to "${target}"`);
    }
    return content;
  }

  /** The path is that of the rewrite now, and nginx looks for its location. */
  #afterMove(mover: Directive, from: Location, state: State, jumps: number): Content {
    const to = movedPath(from.path, state.change ?? unchanged);
    const into = from.kind === 'prefix' && jumps < maxJumps ? locationBelow(to, from, this.locations) : null;
    if (into === null) return closed(mover, 'its paths are in no location, or in more than one');
    const content = this.ofLocation(into, { ...state, change: null, mover: null }, jumps + 1);
    if (content.kind === 'closed') return content;
    if (content.change !== null || content.move !== null)
      return closed(mover, 'its paths are rewritten twice');
    return { ...content, move: { to, into: into.path } };
  }

  /** Runs set, if, rewrite and return in their order. Null: they leave the request to the location. */
  #run(scope: Scope, state: State, location: Location | null): Content | null {
    for (const directive of scope.directives) {
      if (directive.name === 'break') {
        state.mover = null;
        return null;
      }
      if (directive.name === 'set') {
        state.variables.set(
          argument(directive, 0).replace(/^\$/, ''),
          state.variables.constant(argument(directive, 1)),
        );
      }
      if (directive.name === 'return') {
        const answer = directive.args.map(({ text }) => text).join(' ');
        const isUnavailable = argument(directive, 0) === '503';
        return closed(directive, `it answers with "${answer}"`, isUnavailable);
      }
      const decided =
        directive.name === 'if'
          ? this.#runIf(directive, scope, state, location)
          : directive.name === 'rewrite'
            ? this.#rewrite(directive, state, location)
            : null;
      if (decided !== null) return decided === 'leave' ? null : decided;
    }
    return null;
  }

  #runIf(directive: Directive, scope: Scope, state: State, location: Location | null): Content | null {
    const holds = conditionOf(directive, state.variables);
    if (holds === false) return null;
    const inner = new Scope(directive.block ?? [], scope);
    if (holds === true) {
      const decided = this.#run(inner, state, location);
      if (decided !== null) return decided;
      const pass = inner.own('proxy_pass').at(-1);
      return pass === undefined ? null : proxied(pass, inner, state);
    }
    for (const { name, args } of inner.directives) {
      if (name === 'set') state.variables.set((args[0]?.text ?? '').replace(/^\$/, ''), null);
    }
    if (inner.directives.some(({ name }) => ['return', 'rewrite', 'proxy_pass'].includes(name))) {
      state.guard ??= directive;
    } else this.findings.warn(directive, 'the condition depends on the request, and is not carried over');
    return null;
  }

  #rewrite(directive: Directive, state: State, location: Location | null): Content | 'leave' | null {
    const [expression, replacement, flag] = [0, 1, 2].map((index) => argument(directive, index));
    const isRedirect =
      /^(?:https?:\/\/|\$scheme)/.test(replacement ?? '') || /^(?:redirect|permanent)$/.test(flag ?? '');
    if (isRedirect && /^\^?(?:\/?\(?\.[*+]\)?)?\$?$/.test(expression ?? '')) {
      return closed(directive, 'it redirects');
    }
    if (isRedirect || location === null) {
      this.findings.warn(
        directive,
        'this is not carried over: routes do not redirect, and rewrite only in locations',
      );
      return null;
    }
    const path = location.kind === 'regex' ? '' : location.path;
    const change = changeByRewrite(path, expression ?? '', replacement ?? '');
    if (change === null || state.change !== null) {
      return closed(directive, 'a route can only take its path off, or put one before it');
    }
    state.change = change;
    state.mover = flag === 'break' ? null : directive;
    return flag === 'break' || flag === 'last' ? 'leave' : null;
  }
}

function proxied(pass: Directive, scope: Scope, { variables, change, guard }: State): Content {
  return { kind: 'proxy', pass, scope, variables, change, guard, move: null };
}

function closed(about: Directive, reason: string, isUnavailable = false): Content {
  return { kind: 'closed', about, reason, isUnavailable };
}
