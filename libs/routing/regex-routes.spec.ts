import { describe, expect, test } from 'vitest';
import { newId, publishedRouteSchema, type PublishedRoute } from '#libs/contract';
import { leadsElsewhere } from './path-readings.js';
import { RequestFacts } from './request-facts.js';
import { RouteTable } from './route-table.js';

function routeAt(path: string, others: { id?: string; headers?: object[] } = {}): PublishedRoute {
  const { id = newId('route'), headers } = others;
  const pathType = /[*+[|(]/.test(path) ? 'regex' : path.includes(':') ? 'template' : 'prefix';
  return publishedRouteSchema.parse({
    id,
    tenantId: newId('tenant'),
    match: { host: 'a.test', path, pathType, headers },
    upstreams: [{ url: 'ws://10.0.0.5:9000' }],
  });
}

function tableOf(...routes: PublishedRoute[]): RouteTable {
  const table = new RouteTable();
  for (const route of routes) expect(table.set(route)).toEqual({ ok: true });
  return table;
}

function matchAmong(paths: readonly string[], path: string): string | null {
  return tableOf(...paths.map((each) => routeAt(each))).match('a.test', path)?.match.path ?? null;
}

describe('the order of regular expressions', () => {
  test.each([
    [['/ws/[a-z]+', '/'], '/ws/a', '/ws/[a-z]+'],
    [['/ws/[a-z]+', '/ws'], '/ws/a', '/ws/[a-z]+'],
    [['/ws/[a-z]+', '/ws/'], '/ws/a', '/ws/[a-z]+'],
    [['/ws/[a-z]+', '/ws/a'], '/ws/a', '/ws/a'],
    [['/.*', '/ws'], '/ws/a', '/ws'],
    [['/.*', '/'], '/ws/a', '/.*'],
    [['/ws/[a-z]+', '/ws/:room'], '/ws/a', '/ws/:room'],
    [['/ws/a[a-z]*', '/ws/:room'], '/ws/ab', '/ws/a[a-z]*'],
    [['/ws/[a-z]+', '/ws/a[a-z]*'], '/ws/ab', '/ws/a[a-z]*'],
    [['/ws/[a-z]+', '/ws'], '/ws/7', '/ws'],
  ])('of %j the path %s goes to %s', (paths, path, expected) => {
    expect(matchAmong(paths, path)).toBe(expected);
  });

  test('among equals the one with more conditions comes first, then the older one', () => {
    const [older, newer] = ['rte_01jd3x4m5n6p7q8r9s0t1v2w3x', 'rte_01jd3x4m5n6p7q8r9s0t1v2w3y'];
    const conditional = routeAt('/ws/.+', { headers: [{ name: 'X-A' }] });
    const table = tableOf(
      routeAt('/ws/[a-z]+', { id: newer }),
      routeAt('/ws/.*', { id: older }),
      conditional,
    );
    expect(table.match('a.test', '/ws/a')?.id).toBe(older);
    const facts = new RequestFacts({ headers: [['X-A', '']], rawQuery: null });
    expect(table.match('a.test', '/ws/a', facts)).toBe(conditional);
  });
});

describe('regular expressions in the table', () => {
  test('two with one pattern conflict unless their conditions differ', () => {
    const first = routeAt('/ws/.*');
    const table = tableOf(first, routeAt('/ws/.*', { headers: [{ name: 'X-A' }] }));
    expect(table.set(routeAt('/ws/.*'))).toEqual({ ok: false, conflictsWith: first.id });
  });

  test('a removed one matches no more, and the others of its host still do', () => {
    const [letters, digits, rest] = [routeAt('/ws/[a-z]+'), routeAt('/ws/[0-9]+'), routeAt('/ws')];
    const table = tableOf(letters, digits, rest);
    table.remove(letters.id);
    expect([table.match('a.test', '/ws/a'), table.match('a.test', '/ws/7')]).toEqual([rest, digits]);
    table.remove(digits.id);
    expect([table.match('a.test', '/ws/a'), table.match('a.test', '/ws/7')]).toEqual([rest, rest]);
    expect(table.set(routeAt('/ws/[a-z]+'))).toEqual({ ok: true });
  });

  test('a path of more than 256 characters matches none', () => {
    expect(matchAmong(['/ws/.*'], `/ws/${'a'.repeat(252)}`)).toBe('/ws/.*');
    expect(matchAmong(['/ws/.*'], `/ws/${'a'.repeat(253)}`)).toBeNull();
  });

  test('the work for one request is bounded, and a repeated reading costs nothing', () => {
    const table = tableOf(routeAt('/(?:a|b)*a(?:a|b){60}'));
    const facts = new RequestFacts({ headers: [], rawQuery: null });
    const paths = Array.from({ length: 10 }, (_, index) => `/${'ab'.repeat(120)}${'a'.repeat(index)}`);
    for (let round = 0; round < 100; round += 1) table.match('a.test', paths[0] ?? '', facts);
    expect(facts.isTooCostly).toBe(false);
    for (const path of paths) table.match('a.test', path, facts);
    expect(facts.isTooCostly).toBe(true);
    const another = `/${'ba'.repeat(120)}`;
    expect(table.match('a.test', another, facts), 'skipped').toBeNull();
    expect(table.match('a.test', another), 'compared for another request').not.toBeNull();
  });
});

describe('a path of a regular expression that servers read in different ways', () => {
  const paths = ['/ws/(?P<room>[^/]+)', '/ws/admin', '/@me/.*', '/x;[a-z]+'];
  const table = tableOf(...paths.map((path) => routeAt(path)));
  const isAmbiguous = (path: string): boolean =>
    leadsElsewhere(path, table.match('a.test', path), (other) => table.match('a.test', other));

  test.each(['/ws/admin;x', '/ws//admin', '/ws/;x', '/ws/a%2Fb', '/ws/admin%3Fx', '//x/ws/admin', '/x;a'])(
    'is ambiguous where a reading leads elsewhere: %s',
    (path) => {
      expect(isAmbiguous(path)).toBe(true);
    },
  );

  test.each(['/ws/a;x', '/ws/a@b', '/ws/a%40b', '/@me/x', '/@me/.'])(
    'has one meaning otherwise: %s',
    (path) => {
      expect(isAmbiguous(path)).toBe(false);
    },
  );
});
