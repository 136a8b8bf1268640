import { ContentReader, type Content } from './content.js';
import type { Findings } from './findings.js';
import { listensOf, type Listen } from './listens.js';
import { locationsOf, type Location } from './locations.js';
import type { Directive } from './parser.js';
import { warnOfExpression } from './regex-locations.js';
import { Scope } from './scope.js';
import { hostsOf } from './server-names.js';
import type { Variables } from './variables.js';

/** A path of a server, and what comes of handshakes there. */
export interface Place {
  location: Location & { kind: 'exact' | 'prefix' | 'regex' };
  content: Content;
}

/** One `server` block. */
export class ServerBlock {
  readonly listens: readonly Listen[];
  /** The host patterns of its names. */
  readonly hosts: readonly string[];
  readonly #scope: Scope;
  readonly #locations: readonly Location[];
  // nginx tries the expressions of the outer and of the inner level in turns.
  readonly #hasNested: boolean;

  constructor(
    readonly directive: Directive,
    http: Scope,
    private readonly findings: Findings,
  ) {
    this.#scope = new Scope(directive.block ?? [], http);
    this.listens = listensOf(directive);
    this.hosts = hostsOf(directive, findings);
    this.#locations = locationsOf(this.#scope);
    this.#hasNested = this.#locations.some(({ scope }) => scope.own('location').length > 0);
  }

  /**
   * The contents for handshakes to a host pattern, place by place; the content of the whole server if it
   * refuses all of them.
   */
  contentsFor(host: string, shared: Variables): Place[] | Extract<Content, { kind: 'closed' }> {
    const reader = new ContentReader(this.#places(), this.findings);
    const state = { variables: this.#variablesFor(host, shared), change: null, mover: null, guard: null };
    const decided = reader.ofServer(this.#scope, state);
    if (decided?.kind === 'closed') return decided;
    return this.#places().flatMap((location) => {
      const { kind, path: name, directive } = location;
      if (kind === 'named') return [];
      const content = reader.ofLocation(location, { ...state, variables: state.variables.copy() });
      if (kind !== 'regex' || !this.#hasNested) return [{ location: { ...location, kind }, content }];
      const isOpen = content.kind === 'proxy';
      warnOfExpression({ name, directive, isOpen }, 'its server has nested locations', this.findings);
      return [];
    });
  }

  /** Whether the server answers with 503 outside its locations. */
  isUnavailable(host: string, shared: Variables): boolean {
    const contents = this.contentsFor(host, shared);
    if ('kind' in contents) return contents.isUnavailable;
    const root = contents.find(({ location }) => location.kind === 'prefix' && location.path === '/');
    return root?.content.kind === 'closed' && root.content.isUnavailable;
  }

  /** The locations, and the `try_files` of the server for paths that none of them matches. */
  #places(): readonly Location[] {
    const [tryFiles] = this.#scope.own('try_files');
    const hasRoot = this.#locations.some(({ kind, path }) => kind === 'prefix' && path === '/');
    if (tryFiles === undefined || hasRoot) return this.#locations;
    const scope = new Scope([tryFiles], this.#scope);
    const rest: Location = { kind: 'prefix', path: '/', isSpecial: false, directive: tryFiles, scope };
    return [...this.#locations, rest];
  }

  #variablesFor(host: string, shared: Variables): Variables {
    const variables = shared.copy();
    variables.set('server_name', this.hosts[0] ?? '');
    if (!host.startsWith('*')) variables.set('host', host);
    const [port, ...others] = new Set(this.listens.map((listen) => listen.port));
    if (port !== null && others.length === 0) variables.set('server_port', String(port));
    return variables;
  }
}
