import assert from 'node:assert/strict';
import { posix } from 'node:path';
import fc from 'fast-check';
import { newId, normalizePath, publishedRouteSchema, type PublishedRoute } from '#libs/contract';
import { leadsElsewhere, RouteTable } from '#libs/routing';
import { fuzzProperty } from './fuzz-property.js';

type Server = (path: string) => string | null;

/** How servers derive the compared path from the path of a target, as in their code; null: they refuse it. */
const servers: Readonly<Record<string, Server>> = {
  'Express: the path unchanged': (path) => path,
  'ws, as in its README: new URL(request.url, base).pathname': (path) => {
    return URL.canParse(path, 'ws://base.test') ? new URL(path, 'ws://base.test').pathname : null;
  },
  'Go net/http: decoded, then cleaned': (path) => clean(decodeURIComponent(path)),
  'nginx: decoded, slashes merged, dot segments removed': (path) => {
    return clean(decodeURIComponent(path).replace(/\/+/g, '/'));
  },
  'WSGI: decoded': (path) => decodeURIComponent(path),
  'Tomcat: parameters removed, decoded, cleaned': (path) => {
    return clean(decodeURIComponent(path.replace(/;[^/]*/g, '')));
  },
  'a server that keeps encoded slashes': (path) => {
    return path.replace(/%2f/gi, '%252F').split('/').map(decodeURIComponent).join('/');
  },
};

const parts = [
  '/',
  '/',
  'a',
  'b',
  '.',
  '..',
  '%2e',
  '%61',
  '%2F',
  ';',
  '%3B',
  '=1',
  '@',
  '%40',
  '[',
  '%5b',
  '%3F',
];
const paths = fc.array(fc.constantFrom(...parts), { maxLength: 12 }).map((list) => `/${list.join('')}`);
const routePaths = fc.constantFrom(
  ...['/', '/a', '/b', '/a/b', '/b/a', '/@', '/%5B', '/a/@/b'],
  ...['/:x', '/a/:x', '/:x/b', '/:x/:y/b', '/@/:x', '/a/:x/'],
);

/** Any path leads a server, however it reads the path, to the route that was checked, or is refused. */
export const leadsNoServerElsewhere = fuzzProperty({
  name: 'leads-no-server-elsewhere',
  claim: 'a forwarded path leads every server to the matched route',
  share: 0.03,
  cases: fc.record({ path: paths, routes: fc.uniqueArray(routePaths, { maxLength: 6 }) }),
  holds: ({ path, routes }) => {
    const normalized = normalizePath(path, { encodedSlash: 'pass' });
    if (!normalized.ok) return;
    const table = tableOf(routes);
    const match = (other: string): PublishedRoute | null => table.match('a.test', other);
    const matched = match(normalized.path);
    if (matched === null || leadsElsewhere(path, matched, match)) return;
    for (const [name, read] of Object.entries(servers)) {
      const seen = read(path);
      const found: PublishedRoute | null = seen === null ? matched : match(asRoutePath(seen));
      // A server that does not decode may find nothing if a letter is encoded.
      if (found === null && /%[46]1/.test(path)) continue;
      assert.equal(found?.match.path, matched.match.path, `${name} reads ${String(seen)}`);
    }
  },
});

function tableOf(routes: readonly string[]): RouteTable {
  const table = new RouteTable();
  for (const path of routes) {
    const pathType = path.includes(':') ? 'template' : 'prefix';
    const fields = { match: { host: 'a.test', path, pathType }, upstreams: [{ url: 'ws://upstream.test' }] };
    table.set(publishedRouteSchema.parse({ id: newId('route'), tenantId: newId('tenant'), ...fields }));
  }
  return table;
}

function clean(path: string): string {
  const cleaned = posix.normalize(path);
  return cleaned.startsWith('/') ? cleaned : `/${cleaned}`;
}

// A server compares strings; the path of a route is in the normal form.
function asRoutePath(path: string): string {
  const encoded = path.replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]/g, encodeURIComponent);
  return encoded.replace(/%[0-9a-f]{2}/gi, (each) => each.toUpperCase());
}
