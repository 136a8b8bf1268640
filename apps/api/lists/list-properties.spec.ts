import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import { listedRows } from '../../../test/bench/listed-rows.js';
import { insertRows } from '../resources/stored-rows.js';
import { resources } from '../resources/resources.js';
import type { RouteRow } from '../database/entities/route.entity.js';
import { ListItems } from './list-items.js';
import { ListReader } from './list-reader.js';
import { routeConditions, routeListing, routeListQuerySchema } from './route-listing.js';
import type { ListBounds } from './selection.js';

const size = { tenants: 8, routes: 400, keys: 0 };

let api: ApiUnderTest;
let routes: RouteRow[];
let tenantIds: string[];
beforeAll(async () => {
  api = await ApiUnderTest.start();
  const rows = listedRows(size);
  routes = rows.routes;
  tenantIds = rows.tenants.map(({ id }) => id);
  await api.database.write(async (manager) => {
    await insertRows(manager, resources.tenants, rows.tenants);
    await insertRows(manager, resources.routes, routes);
  });
});
afterAll(() => api.remove());

const queries = fc.record(
  {
    sort: fc.constantFrom(
      'createdAt',
      '-createdAt',
      'updatedAt',
      '-updatedAt',
      'name',
      '-name',
      'host',
      '-host',
    ),
    limit: fc.constantFrom('7', '50', '200'),
    enabled: fc.constantFrom('true', 'false'),
    pathType: fc.constantFrom('exact', 'prefix'),
    host: fc.integer({ min: 0, max: 500 }).map((host) => `ws${host}.acme.example`),
    upstream: fc.integer({ min: 0, max: 210 }).map((part) => `10.0.${part}.5`),
    label: fc.constantFrom('env', 'env=prod', 'env=test', 'team'),
    q: fc.constantFrom('chat', 'ROOM', 'room acme', 'tele 7', 'étu', '1', 'ws1 v1', 'nothing', 'market exam'),
  },
  { requiredKeys: ['sort', 'limit'] },
);
const tenants = fc.option(fc.uniqueArray(fc.nat({ max: size.tenants - 1 }), { minLength: 1, maxLength: 3 }), {
  nil: null,
});
// They decide whether rows are gathered and sorted, or the order is walked.
const sizes = fc.constantFrom(0, 1, 30, 4000);
const bounds = fc.record({ few: sizes, walked: sizes, many: sizes });

test('any filter in any order, read to its end, gives exactly the rows that a plain filter gives', async () => {
  const property = fc.asyncProperty(queries, tenants, bounds, async (query, among, bound) => {
    const visible = among?.map((index) => tenantIds[index] ?? '') ?? null;
    const expected = sorted(
      routes.filter((route) => isMeant(route, query, visible)),
      query.sort,
    ).map(({ id }) => id);
    expect(await idsOf(query, visible, bound)).toEqual(expected);
  });
  await fc.assert(property, { numRuns: 150 });
}, 120_000);

type Query = Record<string, string> & { sort: string };

async function idsOf(given: Query, visible: readonly string[] | null, bounds: ListBounds): Promise<string[]> {
  const reader = new ListReader(api.database, bounds);
  const query = routeListQuerySchema.parse({ ...given, total: 'true' });
  const conditions = routeConditions(query, visible);
  const items = new ListItems(({ id }: RouteRow) => ({ id }));
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await reader.list(routeListing, { ...query, cursor }, conditions, items);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
    if (cursor === undefined) expect(page.total).toBe(ids.length);
  } while (cursor !== undefined);
  return ids;
}

function isMeant(route: RouteRow, query: Query, visible: readonly string[] | null): boolean {
  const { name, enabled, match, upstreams, labels } = route.definition;
  const words = `${name} ${match.host} ${match.path}`.toLowerCase().split(/[^a-z0-9é]+/);
  const [label = '', value] = (query['label'] ?? '').split('=');
  return (
    (visible?.includes(route.tenantId) ?? true) &&
    (query['enabled'] === undefined || String(enabled) === query['enabled']) &&
    (query['pathType'] === undefined || match.pathType === query['pathType']) &&
    (query['host'] === undefined || match.host === query['host']) &&
    (query['upstream'] === undefined ||
      upstreams.some(({ url }) => url.includes(`//${query['upstream']}:`))) &&
    (label === '' || (value === undefined ? Object.hasOwn(labels, label) : labels[label] === value)) &&
    (query['q'] ?? '')
      .toLowerCase()
      .split(' ')
      .every((part) => words.some((word) => word.startsWith(part)))
  );
}

function sorted(rows: RouteRow[], sort: string): RouteRow[] {
  const keyOf = (row: RouteRow): string => {
    switch (sort.replace('-', '')) {
      case 'name':
        return row.definition.name.toLowerCase();
      case 'host':
        return row.definition.match.host.split('.').reverse().join('.');
      case 'updatedAt':
        return row.updatedAt;
      default:
        return row.createdAt;
    }
  };
  const ordered = [...rows].sort((one, other) =>
    Buffer.compare(Buffer.from(`${keyOf(one)}\0${one.id}`), Buffer.from(`${keyOf(other)}\0${other.id}`)),
  );
  return sort.startsWith('-') ? ordered.reverse() : ordered;
}
