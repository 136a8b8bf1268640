import { posix } from 'node:path';
import { checkDirectives } from './check-directives.js';
import { ConfigFault, type Place } from './config-fault.js';
import { freeName } from './free-name.js';
import { Findings, type Finding } from './findings.js';
import { Includes } from './includes.js';
import { isOfHttp } from './known-directives.js';
import type { Directive } from './parser.js';
import type { ImportedRoute } from './server-routes.js';
import { translate } from './translate.js';
import { warnOfUnsupported } from './unsupported-directives.js';

const mebibyte = 1024 * 1024;
/** All files together, in characters. The largest configurations that people write have a tenth of it. */
const maxLength = 4 * mebibyte;
const maxFiles = 1000;

/** The files to import, and the options. */
export interface NginxConfiguration {
  /** The text of each file by its path, relative to the folder. */
  files: ReadonlyMap<string, string>;
  /** The file that nginx starts with; null: `nginx.conf`, or else all of them in the order of their names. */
  main?: string | null;
  /**
   * The folder of the main file on the machine of nginx; absolute paths below it are found among the files.
   */
  folder?: string;
  /** Whether an included file that is missing is a warning. */
  skipMissingIncludes?: boolean;
  /** Whether the first server of a socket also gets the hosts that no name matches, as in nginx. */
  hasAnyHost?: boolean;
  /** Other authorities (`host` or `host:port`) for those that upstreams have. */
  upstreamHosts?: ReadonlyMap<string, string>;
}

/** The routes that a configuration means, or the place where it is wrong. */
export type NginxImport =
  | { ok: true; routes: ImportedRoute[]; warnings: Finding[]; hints: Finding[] }
  | { ok: false; place: Place | null; message: string };

/** Reads a configuration of nginx and translates it into routes. */
export function importNginx(configuration: NginxConfiguration): NginxImport {
  const refusal = boundsProblem(configuration.files);
  if (refusal !== null) return { ok: false, place: null, message: refusal };
  try {
    const findings = new Findings();
    const routes = routesOf(configuration, findings);
    const { warnings, hints } = findings;
    return { ok: true, routes, warnings, hints };
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error;
    return { ok: false, place: error.place, message: error.message };
  }
}

function boundsProblem(files: ReadonlyMap<string, string>): string | null {
  if (files.size === 0) return 'there is no file';
  if (files.size > maxFiles) return `there are more than ${maxFiles} files`;
  let length = 0;
  for (const text of files.values()) length += text.length;
  return length <= maxLength ? null : `the files have more than ${maxLength / mebibyte} MiB together`;
}

function routesOf(configuration: NginxConfiguration, findings: Findings): ImportedRoute[] {
  const { folder = '/etc/nginx', skipMissingIncludes: skipMissing = false } = configuration;
  const { hasAnyHost = true, upstreamHosts = new Map<string, string>() } = configuration;
  const files = new Map([...configuration.files].map(([path, text]) => [posix.normalize(path), text]));
  const includes = new Includes({ files, folder, skipMissing, findings });
  const directives = mainFiles(configuration.main ?? null, files).flatMap((file) => includes.read(file));
  const http = checkedHttp(directives);
  warnOfUnsupported(directives, findings);
  const routes = translate(http, { files, findings, hasAnyHost, upstreamHosts });
  return withUniqueNames(routes);
}

// A location has a route for each host of its server, all with the name of its line.
function withUniqueNames(routes: readonly ImportedRoute[]): ImportedRoute[] {
  const taken = new Set<string>();
  return routes.map((imported) => {
    const name = freeName(imported.route.name ?? '', taken);
    return { ...imported, route: { ...imported.route, name } };
  });
}

function mainFiles(main: string | null, files: ReadonlyMap<string, string>): string[] {
  const wanted = posix.normalize(main ?? 'nginx.conf');
  if (files.has(wanted)) return [wanted];
  if (main === null) return [...files.keys()].sort();
  throw new ConfigFault({ file: wanted, line: 1, column: 1 }, 'the main file is not among the files');
}

/** The directives of `http`. A file without one may have them by themselves, as those in `conf.d` do. */
function checkedHttp(directives: readonly Directive[]): readonly Directive[] {
  const blocks = directives.filter(({ name }) => name === 'http');
  const isFragment = ({ name }: Directive): boolean => blocks.length === 0 && isOfHttp(name);
  checkDirectives(
    directives.filter((directive) => !isFragment(directive)),
    'main',
  );
  const [, second] = blocks;
  if (second !== undefined) throw new ConfigFault(second.place, '"http" directive is duplicate');
  const fragments = directives.filter(isFragment);
  checkDirectives(fragments, 'http');
  return [...fragments, ...blocks.flatMap(({ block }) => block ?? [])];
}
