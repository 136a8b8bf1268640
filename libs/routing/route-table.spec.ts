import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newId, publishedRouteSchema, type PublishedRoute } from '#libs/contract';
import { RouteTable } from './route-table.js';

const tenantId = newId('tenant');

function routeAt(
  host: string,
  path: string,
  pathType: PublishedRoute['match']['pathType'] = 'prefix',
  others: { id?: string; enabled?: boolean } = {},
): PublishedRoute {
  const upstreams = [{ url: 'ws://10.0.0.5:9000' }];
  return publishedRouteSchema.parse({
    id: newId('route'),
    tenantId,
    match: { host, path, pathType },
    upstreams,
    ...others,
  });
}

function tableOf(...routes: PublishedRoute[]): RouteTable {
  const table = new RouteTable();
  for (const route of routes) expect(table.set(route)).toEqual({ ok: true });
  return table;
}

describe('RouteTable: host', () => {
  const exact = routeAt('chat.acme.example', '/');
  const narrow = routeAt('*.acme.example', '/');
  const wide = routeAt('*.example', '/');
  const any = routeAt('*', '/');
  const table = tableOf(any, wide, narrow, exact);

  test.each([
    ['chat.acme.example', exact],
    ['other.acme.example', narrow],
    ['a.b.acme.example', narrow],
    ['acme.example', wide],
    ['example', any],
    ['.example', any],
    ['notacme.test', any],
    ['[::1]', any],
  ])('%s goes to the most specific host', (host, expected) => {
    expect(table.match(host, '/x')?.match.host).toBe(expected.match.host);
  });

  test('there is no fallback to a less specific host when no path of the chosen one matches', () => {
    const chosen = tableOf(routeAt('*', '/'), routeAt('*.example', '/'), routeAt('a.example', '/chat'));
    expect(chosen.match('a.example', '/other')).toBeNull();
    expect(chosen.match('b.example', '/other')?.match.host).toBe('*.example');
  });

  test('a host with only disabled routes is skipped', () => {
    const onlyDisabled = tableOf(routeAt('*', '/'), routeAt('a.example', '/', 'prefix', { enabled: false }));
    expect(onlyDisabled.match('a.example', '/')?.match.host).toBe('*');
  });

  test('a host whose last route was removed is skipped', () => {
    const removed = tableOf(any, exact);
    removed.remove(exact.id);
    expect(removed.match('chat.acme.example', '/')).toBe(any);
  });
});

describe('RouteTable: path', () => {
  test.each([
    ['/chat', '/chat', true],
    ['/chat', '/chat/', true],
    ['/chat', '/chat/x/y', true],
    ['/chat', '/chatter', false],
    ['/chat', '/cha', false],
    ['/chat', '/', false],
    ['/chat/', '/chat/', true],
    ['/chat/', '/chat/x', true],
    ['/chat/', '/chat//x', true],
    ['/chat/', '/chat', false],
    ['/', '/', true],
    ['/', '/anything/at/all', true],
    ['/', '//', true],
    ['//', '/x', false],
  ])('the prefix %s on the path %s: %s', (prefix, path, isMatch) => {
    expect(tableOf(routeAt('*', prefix)).match('h', path) !== null).toBe(isMatch);
  });

  test('an exact route matches its own path only', () => {
    const exact = routeAt('*', '/chat', 'exact');
    const table = tableOf(exact, routeAt('*', '/'));
    expect(table.match('h', '/chat')).toBe(exact);
    expect(table.match('h', '/chat/')?.match.path).toBe('/');
    expect(table.match('h', '/chat/x')?.match.path).toBe('/');
  });

  test('paths are compared with their letter case', () => {
    expect(tableOf(routeAt('*', '/Chat')).match('h', '/chat')).toBeNull();
  });

  test('a path of 8 KB of slashes, and a segment of 8 KB, are looked up in bounded time', () => {
    const table = tableOf(routeAt('*', '/'), routeAt('*', '/chat'));
    expect(table.match('h', '/'.repeat(8192))?.match.path).toBe('/');
    expect(table.match('h', `/chat/${'a'.repeat(8192)}`)?.match.path).toBe('/chat');
  });

  test('a route is found whose path is as long as the contract allows', () => {
    const longest = routeAt('*', `/${'a'.repeat(1023)}`);
    expect(tableOf(longest).match('h', `${longest.match.path}/x`)).toBe(longest);
    const exact = routeAt('*', longest.match.path, 'exact');
    expect(tableOf(exact).match('h', exact.match.path)).toBe(exact);
  });
});

describe('RouteTable: set and remove', () => {
  test('a second enabled route on a host and path is refused for any path type, and changes nothing', () => {
    const first = routeAt('a.example', '/chat');
    const table = tableOf(first);
    const second = routeAt('a.example', '/chat', 'exact');
    expect(table.set(second)).toEqual({ ok: false, conflictsWith: first.id });
    expect(table.size).toBe(1);
    expect(table.get(second.id)).toBeNull();
    expect(table.match('a.example', '/chat')).toBe(first);
  });

  test('the old version of a route stays when the new one is refused', () => {
    const moved = routeAt('a.example', '/old');
    const table = tableOf(routeAt('a.example', '/chat'), moved);
    expect(table.set(routeAt('a.example', '/chat', 'prefix', { id: moved.id })).ok).toBe(false);
    expect(table.match('a.example', '/old')).toBe(moved);
  });

  test('a new version of a route with the same host and path takes its place', () => {
    const old = routeAt('a.example', '/chat');
    const table = tableOf(old);
    const replaced = routeAt('a.example', '/chat', 'prefix', { id: old.id });
    expect(table.set(replaced)).toEqual({ ok: true });
    expect([table.size, table.match('a.example', '/chat')]).toEqual([1, replaced]);
  });

  test('a disabled route may have the host and path of an enabled one', () => {
    const enabled = routeAt('a.example', '/chat');
    const disabled = routeAt('a.example', '/chat', 'prefix', { enabled: false });
    const table = tableOf(enabled, disabled);
    expect(table.get(disabled.id)).toBe(disabled);
    expect(table.remove(disabled.id)).toBe(disabled);
    expect(table.match('a.example', '/chat')).toBe(enabled);
  });

  test('removing an unknown route returns null', () => {
    expect(new RouteTable().remove(newId('route'))).toBeNull();
  });
});

// A second opinion: the rules of the design, read off one by one, with no index.
function naiveMatch(routes: readonly PublishedRoute[], host: string, path: string): PublishedRoute | null {
  const enabled = routes.filter((route) => route.enabled);
  const covers = (pattern: string): boolean =>
    pattern === '*' ||
    pattern === host ||
    (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)) && host.length >= pattern.length);
  const rank = (pattern: string): number =>
    pattern === '*' ? 0 : pattern.startsWith('*.') ? pattern.length : 1000;
  const hosts = enabled.map((route) => route.match.host).filter(covers);
  const chosen = hosts.sort((one, other) => rank(other) - rank(one))[0];
  const candidates = enabled.filter((route) => route.match.host === chosen);
  const isUnder = (prefix: string): boolean =>
    path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);
  const exact = candidates.find((route) => route.match.path === path);
  const prefixes = candidates.filter(({ match }) => match.pathType === 'prefix' && isUnder(match.path));
  prefixes.sort((one, other) => other.match.path.length - one.match.path.length);
  return exact ?? prefixes[0] ?? null;
}

const nameArbitrary = fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 3 });
const hostArbitrary = nameArbitrary.map((labels) => labels.join('.'));
const patternArbitrary = fc.oneof(
  fc.constant('*'),
  hostArbitrary,
  hostArbitrary.map((host) => `*.${host}`),
);
const pathArbitrary = fc
  .array(fc.constantFrom('', 'a', 'ab', 'b'), { minLength: 1, maxLength: 4 })
  .map((segments) => `/${segments.join('/')}`);
const ids = Array.from({ length: 8 }, () => newId('route'));
const stepArbitrary = fc.record({
  remove: fc.boolean(),
  id: fc.constantFrom(...ids),
  host: patternArbitrary,
  path: pathArbitrary,
  pathType: fc.constantFrom('exact' as const, 'prefix' as const),
  enabled: fc.boolean(),
});

const placedStepArbitrary = fc.record({
  remove: fc.boolean(),
  id: fc.constantFrom(...ids),
  place: fc.constantFrom(
    { path: '/a', pathType: 'exact' as const },
    { path: '/a/b', pathType: 'exact' as const },
    { path: '/', pathType: 'prefix' as const },
    { path: '/b', pathType: 'prefix' as const },
    { path: '/:one', pathType: 'template' as const },
    { path: '/a/:two', pathType: 'template' as const },
    { path: '/a/:two/b', pathType: 'template' as const },
    { path: '/a/[a-z]+', pathType: 'regex' as const },
    { path: '/[ab]/[0-9]', pathType: 'regex' as const },
  ),
  enabled: fc.boolean(),
});

describe('RouteTable: against a naive matcher', () => {
  test('the result of a look-up depends on the current routes only, not on their history', () => {
    const sequence = fc.array(stepArbitrary, { maxLength: 30 });
    const queries = fc.array(fc.tuple(hostArbitrary, pathArbitrary), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(sequence, queries, (steps, requests) => {
        const table = new RouteTable();
        for (const { remove, id, host, path, pathType, enabled } of steps) {
          if (remove) table.remove(id);
          else table.set(routeAt(host, path, pathType, { id, enabled }));
        }
        const routes = Array.from(table.entries(), ([, route]) => route);
        expect(table.size).toBe(routes.length);
        for (const [host, path] of requests) {
          expect(table.match(host, path)).toBe(naiveMatch(routes, host, path));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('with routes of all path types at one host, a removed or replaced route has no effect', () => {
    const sequence = fc.array(placedStepArbitrary, { maxLength: 30 });
    fc.assert(
      fc.property(sequence, (steps) => {
        const table = new RouteTable();
        for (const { remove, id, place, enabled } of steps) {
          if (remove) table.remove(id);
          else table.set(routeAt('*', place.path, place.pathType, { id, enabled }));
        }
        const fresh = tableOf(...Array.from(table.entries(), ([, route]) => route));
        for (const path of ['/', '/a', '/b', '/a/b', '/a/1', '/a/b/b', '/b/a']) {
          expect([path, table.match('a.test', path)]).toEqual([path, fresh.match('a.test', path)]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
