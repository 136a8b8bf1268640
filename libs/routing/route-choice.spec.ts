import { expect, test } from 'vitest';
import { newId, publishedRouteSchema, type PublishedRoute } from '#libs/contract';
import { RequestFacts } from './request-facts.js';
import { RouteTable } from './route-table.js';

function routeWith(conditions: object, others: { path?: string; id?: string; pathType?: string } = {}) {
  const { id = newId('route'), path = '/chat', pathType = 'prefix' } = others;
  return publishedRouteSchema.parse({
    id,
    tenantId: newId('tenant'),
    match: { host: 'a.test', path, pathType, ...conditions },
    upstreams: [{ url: 'ws://10.0.0.5:9000' }],
  });
}

function tableOf(...routes: PublishedRoute[]): RouteTable {
  const table = new RouteTable();
  for (const route of routes) expect(table.set(route)).toEqual({ ok: true });
  return table;
}

type Headers = [name: string, value: string][];

function meets(conditions: object, headers: Headers, rawQuery: string | null = null): boolean {
  const facts = new RequestFacts({ headers, rawQuery });
  return tableOf(routeWith(conditions)).match('a.test', '/chat', facts) !== null;
}

const version = { name: 'X-Version', value: '2' };

test.each<[string, object, Headers, string | null, boolean]>([
  ['the value', { headers: [version] }, [['x-version', '2']], null, true],
  ['another value', { headers: [version] }, [['X-Version', '20']], null, false],
  ['no field', { headers: [version] }, [['X-Versions', '2']], null, false],
  ['another field of that length', { headers: [version] }, [['X-Versiom', '2']], null, false],
  ['any value of no field', { headers: [{ name: 'x-version' }] }, [['X-Other', '2']], null, false],
  ['any value', { headers: [{ name: 'x-version' }] }, [['X-Version', '']], null, true],
  ['a prefix', { headers: [{ ...version, valueType: 'prefix' }] }, [['X-Version', '2.1']], null, true],
  ['another prefix', { headers: [{ ...version, valueType: 'prefix' }] }, [['X-Version', '1.2']], null, false],
  ['a parameter', { query: [{ name: 'v', value: '2 &' }] }, [], 'a=1&v=2+%26', true],
  ['an encoded name', { query: [{ name: 'v', value: '2' }] }, [], '%76=2', true],
  ['another value of a parameter', { query: [{ name: 'v', value: '2' }] }, [], 'v=3', false],
  ['a parameter without a value', { query: [{ name: 'v' }] }, [], 'v', true],
  ['no query', { query: [{ name: 'v' }] }, [], null, false],
  ['both', { headers: [version], query: [{ name: 'v' }] }, [['X-Version', '2']], 'v', true],
  ['one of two', { headers: [version], query: [{ name: 'v' }] }, [['X-Version', '2']], 'w', false],
])('a condition on %s', (_name, conditions, headers, rawQuery, isMet) => {
  expect(meets(conditions, headers, rawQuery)).toBe(isMet);
});

test('a value that occurs twice meets no condition, and makes the request ambiguous', () => {
  const table = tableOf(routeWith({ headers: [version] }), routeWith({ query: [{ name: 'v', value: '2' }] }));
  const factsOf = (headers: Headers, rawQuery: string | null) => {
    const facts = new RequestFacts({ headers, rawQuery });
    return { isMatch: table.match('a.test', '/chat', facts) !== null, isAmbiguous: facts.isAmbiguous };
  };
  const twice: Headers = [
    ['X-Version', '2'],
    ['x-version', '2'],
  ];
  expect(factsOf(twice, null)).toEqual({ isMatch: false, isAmbiguous: true });
  expect(factsOf([], 'v=2&v=2')).toEqual({ isMatch: false, isAmbiguous: true });
  expect(factsOf([], 'w=2&w=2&v=2')).toEqual({ isMatch: true, isAmbiguous: false });
});

test('the route with more conditions comes first, then those that compare values, then the older one', () => {
  const routes = [
    routeWith({}),
    routeWith({ headers: [{ name: 'X-Version' }] }),
    routeWith({ headers: [{ ...version, valueType: 'prefix' }] }),
    routeWith({ headers: [version] }),
    routeWith({ query: [{ name: 'v' }], headers: [{ name: 'X-Version' }] }),
  ];
  const facts = new RequestFacts({ headers: [['X-Version', '2']], rawQuery: 'v' });
  const table = tableOf(...routes);
  for (const expected of [...routes].reverse()) {
    expect(table.match('a.test', '/chat', facts)).toBe(expected);
    table.remove(expected.id);
  }
  expect([table.size, table.match('a.test', '/chat', facts)]).toEqual([0, null]);

  const [older, newer] = ['rte_01jd3x4m5n6p7q8r9s0t1v2w3x', 'rte_01jd3x4m5n6p7q8r9s0t1v2w3y'];
  const [first, second] = [
    routeWith({ query: [{ name: 'a' }] }, { id: older }),
    routeWith({ query: [{ name: 'b' }] }, { id: newer }),
  ];
  const both = new RequestFacts({ headers: [], rawQuery: 'a&b' });
  expect(tableOf(first, second).match('a.test', '/chat', both)?.id).toBe(older);
  expect(tableOf(second, first).match('a.test', '/chat', both)?.id).toBe(older);
});

test('a request that meets no conditions is matched by the next path', () => {
  const root = routeWith({}, { path: '/' });
  const table = tableOf(
    root,
    routeWith({ headers: [version] }),
    routeWith({ headers: [version] }, { path: '/chat/x', pathType: 'exact' }),
    routeWith({ headers: [version] }, { path: '/:area/x', pathType: 'template' }),
  );
  expect(table.match('a.test', '/chat/x')).toBe(root);
  const facts = new RequestFacts({ headers: [['X-Version', '2']], rawQuery: null });
  expect(table.match('a.test', '/chat/x', facts)?.match.pathType).toBe('exact');
  expect(table.match('a.test', '/chat/y', facts)?.match.path).toBe('/chat');
});

test('routes of one path conflict if their conditions are equal, in any order and letter case', () => {
  const two = [version, { name: 'X-Other', value: null }];
  const first = routeWith({ headers: two });
  const table = tableOf(first, routeWith({}), routeWith({ headers: [version] }));
  const equal = routeWith({ headers: [two[1], { ...version, name: 'x-version' }] });
  expect(table.set(equal)).toEqual({ ok: false, conflictsWith: first.id });
  expect(table.set(routeWith({ headers: [{ ...version, value: '3' }] }))).toEqual({ ok: true });
});
