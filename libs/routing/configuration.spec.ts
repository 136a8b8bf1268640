import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  newId,
  publishedApiKeySchema,
  publishedRouteSchema,
  publishedTenantSchema,
  type ConfigChange,
  type ConfigEntry,
  type ConfigSnapshot,
} from '#libs/contract';
import { Configuration, type AppliedChange } from './configuration.js';

const acme = newId('tenant');
const globex = newId('tenant');
const limits = {
  maxConnections: 1000,
  maxConnectionsPerKey: null,
  maxConnectionsPerIp: null,
  connectionsPerSecond: null,
  requestsPerSecond: null,
  messagesPerSecond: null,
  bytesPerSecond: null,
  maxMessageBytes: null,
};

function tenantEntry(id: string, status: 'active' | 'suspended' = 'active'): ConfigEntry {
  return { kind: 'tenant', id, value: publishedTenantSchema.parse({ id, slug: 'acme', status, limits }) };
}

function routeEntry(id: string, path: string, tenantId = acme, others: object = {}): ConfigEntry {
  const match = { host: 'chat.example', path };
  const upstreams = [{ url: 'ws://10.0.0.5:9000' }];
  return {
    kind: 'route',
    id,
    value: publishedRouteSchema.parse({ id, tenantId, match, upstreams, ...others }),
  };
}

function keyEntry(id: string, prefix: string, tenantId = acme): ConfigEntry {
  const secretHash = '0'.repeat(64);
  const value = publishedApiKeySchema.parse({ id, tenantId, prefix, secretHash });
  return { kind: 'apiKey', id, value };
}

function gone(kind: ConfigEntry['kind'], id: string): ConfigEntry {
  return { kind, id, value: null };
}

const taken = { ok: true, refused: [] };

let revision = 1;
function changeOf(...entries: ConfigEntry[]): ConfigChange {
  revision += 1;
  return { epoch: 'e1', revision, committedAt: '2026-11-22T14:00:00.000Z', entries };
}

function snapshotOf(revision: number, entries: ConfigEntry[]): ConfigSnapshot {
  return { epoch: 'e1', revision, fleetId: null, entries };
}

async function configurationOf(...entries: ConfigEntry[]): Promise<Configuration> {
  const configuration = new Configuration();
  expect(await configuration.replace(snapshotOf(1, entries))).toEqual(taken);
  return configuration;
}

// Without the order, which means nothing.
function stateOf(configuration: Configuration, position = configuration.position): unknown {
  const entries = configuration.snapshot()?.entries ?? [];
  return {
    position,
    entries: entries.toSorted((one, other) => (one.id < other.id ? -1 : 1)),
  };
}

const valuesOf = (configuration: Configuration): Map<string, unknown> =>
  new Map(configuration.snapshot()?.entries.map(({ id, value }) => [id, value]));

describe('Configuration.replace', () => {
  test('entries are applied in any order, and there is no position before', async () => {
    const configuration = new Configuration();
    expect(configuration.position).toBeNull();
    expect(configuration.snapshot()).toBeNull();
    const route = newId('route');
    const key = newId('apiKey');
    const entries = [routeEntry(route, '/'), keyEntry(key, 'slc_AbC123dEf456'), tenantEntry(acme)];
    expect(await configuration.replace(snapshotOf(7, entries))).toEqual(taken);
    expect(configuration.position).toEqual({ epoch: 'e1', revision: 7 });
    expect(configuration.counts).toEqual({ tenants: 1, routes: 1, apiKeys: 1 });
    expect(configuration.match('chat.example', '/')?.id).toBe(route);
    expect(configuration.apiKeyByPrefix('slc_AbC123dEf456')?.id).toBe(key);
    expect(configuration.tenant(acme)?.slug).toBe('acme');
  });

  test('the snapshot has all that was applied', async () => {
    const entries = [tenantEntry(acme), routeEntry(newId('route'), '/'), keyEntry(newId('apiKey'), 'slc_a')];
    const given = { ...snapshotOf(1, entries), fleetId: newId('fleet') };
    const configuration = await configurationOf();
    await configuration.replace(given);
    expect(configuration.snapshot()).toEqual(given);
    expect(configuration.fleetId).toBe(given.fleetId);
  });

  test.each([
    ['a route of an unknown tenant', [routeEntry(newId('route'), '/')], /unknown tenant/],
    ['a key of an unknown tenant', [keyEntry(newId('apiKey'), 'slc_a')], /unknown tenant/],
    [
      'two enabled routes on one host and path',
      [tenantEntry(acme), routeEntry(newId('route'), '/'), routeEntry(newId('route'), '/')],
      /host, path and conditions/,
    ],
    [
      'two keys with one prefix',
      [tenantEntry(acme), keyEntry(newId('apiKey'), 'slc_a'), keyEntry(newId('apiKey'), 'slc_a')],
      /prefix/,
    ],
  ])('sets %s aside, and takes the rest', async (_, entries, reason) => {
    const configuration = await configurationOf(tenantEntry(globex), routeEntry(newId('route'), '/', globex));
    const result = await configuration.replace(snapshotOf(2, entries));
    const refused = { id: entries.at(-1)?.id, reason: expect.stringMatching(reason) as string };
    expect(result).toEqual({ ok: true, refused: [refused] });
    expect(stateOf(configuration)).toEqual(
      stateOf(await configurationOf(...entries.slice(0, -1)), { epoch: 'e1', revision: 2 }),
    );
  });

  test('the old state is served until the new one is complete, and other work runs in between', async () => {
    const old = newId('route');
    const configuration = await configurationOf(tenantEntry(acme), routeEntry(old, '/old'));
    const routes = Array.from({ length: 2000 }, (_, index) => routeEntry(newId('route'), `/${index}`));
    const replaced = configuration.replace(snapshotOf(2, [tenantEntry(acme), ...routes]));
    let turns = 0;
    const turn = (): void => {
      turns += 1;
      if (configuration.position?.revision === 1) setImmediate(turn);
    };
    setImmediate(turn);
    expect(configuration.match('chat.example', '/old')?.id).toBe(old);
    const [reason, another] = ['a snapshot is being taken', 'another snapshot is being taken'];
    expect(configuration.apply(changeOf())).toEqual({ ok: false, reason });
    expect(await configuration.replace(snapshotOf(3, []))).toEqual({ ok: false, reason: another });
    expect(await replaced).toEqual(taken);
    expect(turns).toBeGreaterThanOrEqual(4);
    expect(configuration.match('chat.example', '/old')).toBeNull();
    expect(configuration.counts.routes).toBe(2000);
    expect(configuration.apply(changeOf())).toEqual(taken);
  });
});

describe('Configuration.apply', () => {
  test('a change adds, replaces and deletes, and advances the position', async () => {
    const configuration = await configurationOf(tenantEntry(acme));
    const route = newId('route');
    const added = changeOf(routeEntry(route, '/a'));
    expect(configuration.apply(added)).toEqual(taken);
    expect(configuration.position).toEqual({ epoch: 'e1', revision: added.revision });
    configuration.apply(changeOf(routeEntry(route, '/b'), tenantEntry(acme, 'suspended')));
    expect(configuration.match('chat.example', '/a')).toBeNull();
    expect(configuration.match('chat.example', '/b')?.id).toBe(route);
    expect(configuration.tenant(acme)?.status).toBe('suspended');
    configuration.apply(changeOf(gone('route', route)));
    expect(configuration.match('chat.example', '/b')).toBeNull();
    expect(configuration.route(route)).toBeNull();
  });

  test('a host and path may move between routes in one change, in either order of its entries', async () => {
    const [one, other] = [newId('route'), newId('route')];
    const configuration = await configurationOf(
      tenantEntry(acme),
      routeEntry(one, '/1'),
      routeEntry(other, '/2'),
    );
    expect(configuration.apply(changeOf(routeEntry(one, '/2'), routeEntry(other, '/1')))).toEqual(taken);
    expect(configuration.match('chat.example', '/2')?.id).toBe(one);
    const third = newId('route');
    expect(configuration.apply(changeOf(routeEntry(third, '/2'), gone('route', one)))).toEqual(taken);
    expect(configuration.match('chat.example', '/2')?.id).toBe(third);
  });

  test('a key that was rotated without a grace period is found by its new prefix only', async () => {
    const key = newId('apiKey');
    const configuration = await configurationOf(tenantEntry(acme), keyEntry(key, 'slc_old'));
    configuration.apply(changeOf(keyEntry(key, 'slc_new')));
    expect(configuration.apiKeyByPrefix('slc_old')).toBeNull();
    expect(configuration.apiKeyByPrefix('slc_new')?.id).toBe(key);
    configuration.apply(changeOf(gone('apiKey', key)));
    expect(configuration.apiKeyByPrefix('slc_new')).toBeNull();
  });

  test('a tenant is removed together with everything that belongs to it, and not before', async () => {
    const [route, key] = [newId('route'), newId('apiKey')];
    const configuration = await configurationOf(
      tenantEntry(acme),
      routeEntry(route, '/'),
      keyEntry(key, 'slc_a'),
    );
    expect(configuration.apply(changeOf(gone('tenant', acme), gone('route', route)))).toEqual({
      ok: true,
      refused: [{ id: acme, reason: `tenant ${acme} still has routes or API keys` }],
    });
    expect(configuration.counts).toEqual({ tenants: 1, routes: 0, apiKeys: 1 });
    const whole = changeOf(gone('tenant', acme), gone('route', route), gone('apiKey', key));
    expect(configuration.apply(whole)).toEqual(taken);
    expect(configuration.counts).toEqual({ tenants: 0, routes: 0, apiKeys: 0 });
  });

  test('the last of two entries with the same id counts', async () => {
    const route = newId('route');
    const configuration = await configurationOf(tenantEntry(acme));
    expect(configuration.apply(changeOf(routeEntry(route, '/'), gone('route', route)))).toEqual(taken);
    expect(configuration.route(route)).toBeNull();
  });

  test('an earlier snapshot is not modified', async () => {
    const configuration = await configurationOf(tenantEntry(acme));
    const snapshot = configuration.snapshot();
    const before = structuredClone(snapshot);
    configuration.apply(changeOf(tenantEntry(acme, 'suspended'), tenantEntry(globex)));
    expect(snapshot).toEqual(before);
  });

  test('equal parts of different routes are one frozen object', async () => {
    const [one, other] = [newId('route'), newId('route')];
    const configuration = await configurationOf(
      tenantEntry(acme),
      routeEntry(one, '/1'),
      routeEntry(other, '/2'),
    );
    expect(configuration.route(one)?.timeouts).toBe(configuration.route(other)?.timeouts);
    expect(Object.isFrozen(configuration.route(one)?.auth.sources)).toBe(true);
  });

  test('a change is applied except for what the rules forbid, whose last good version stays', async () => {
    const tenants = [acme, globex];
    const routes = Array.from({ length: 4 }, () => newId('route'));
    const keys = Array.from({ length: 3 }, () => newId('apiKey'));
    const tenantId = fc.constantFrom(...tenants);
    const entry = fc.oneof(
      tenantId.map((id) => tenantEntry(id)),
      tenantId.map((id) => gone('tenant', id)),
      fc
        .tuple(fc.constantFrom(...routes), fc.constantFrom('/a', '/b', '/c'), tenantId)
        .map(([id, path, owner]) => routeEntry(id, path, owner)),
      fc.constantFrom(...routes).map((id) => gone('route', id)),
      fc
        .tuple(fc.constantFrom(...keys), fc.constantFrom('slc_a', 'slc_b'), tenantId)
        .map(([id, prefix, owner]) => keyEntry(id, prefix, owner)),
      fc.constantFrom(...keys).map((id) => gone('apiKey', id)),
    );
    let refusals = 0;
    const changes = fc.array(fc.array(entry, { maxLength: 6 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(changes, async (list) => {
        const configuration = await configurationOf(tenantEntry(acme));
        for (const entries of list) {
          const before = valuesOf(configuration);
          const result = configuration.apply(changeOf(...entries));
          const refused = new Set(result.ok ? result.refused.map(({ id }) => id) : expect.unreachable());
          refusals += refused.size;
          const after = valuesOf(configuration);
          const last = new Map(entries.map(({ id, value }) => [id, value]));
          for (const id of new Set([...before.keys(), ...last.keys()])) {
            if (!last.has(id)) expect(after.get(id)).toEqual(before.get(id));
            else if (!refused.has(id)) expect(after.get(id) ?? null).toEqual(last.get(id));
            else expect([before.get(id), undefined]).toContainEqual(after.get(id));
          }
        }
        // After any refusals, the remaining configuration is accepted as a whole.
        const snapshot = configuration.snapshot();
        const copy = await configurationOf(...(snapshot?.entries ?? []));
        expect(copy.counts).toEqual(configuration.counts);
        for (const path of ['/a', '/b', '/c']) {
          const found = configuration.match('chat.example', path);
          expect(copy.match('chat.example', path)).toEqual(found);
        }
      }),
      { numRuns: 300 },
    );
    expect(refusals).toBeGreaterThan(0);
  });
});

describe('Configuration.onApplied', () => {
  test('listeners are notified of applied entries once the new state can be read, and not of refused ones', async () => {
    const configuration = await configurationOf(tenantEntry(acme));
    const applied: AppliedChange[] = [];
    const route = newId('route');
    const release = configuration.onApplied((change) => {
      if (change.kind === 'entries') expect(configuration.route(route)?.id).toBe(route);
      applied.push(change);
    });
    const entries = [routeEntry(route, '/')];
    configuration.apply(changeOf(...entries));
    configuration.apply(changeOf(routeEntry(newId('route'), '/')));
    await configuration.replace({ epoch: 'e2', revision: 1, fleetId: null, entries: [] });
    release();
    release();
    configuration.apply(changeOf(tenantEntry(acme)));
    const refused = { kind: 'entries', entries: [] };
    expect(applied).toEqual([{ kind: 'entries', entries }, refused, { kind: 'all' }]);
  });
});

test('a rotated key is found by both of its secrets, and by neither once it is gone', async () => {
  const tenant = newId('tenant');
  const [key, other] = [newId('apiKey'), newId('apiKey')];
  const secretHash = '0'.repeat(64);
  const previous = { prefix: 'slc_old', secretHash, expiresAt: '2026-11-23T00:00:00Z' };
  const fields = { id: key, tenantId: tenant, prefix: 'slc_new', secretHash, previous };
  const value = publishedApiKeySchema.parse(fields);
  const configuration = await configurationOf(tenantEntry(tenant), { kind: 'apiKey', id: key, value });
  for (const prefix of ['slc_old', 'slc_new']) expect(configuration.apiKeyByPrefix(prefix)?.id).toBe(key);
  expect(configuration.apply(changeOf(keyEntry(other, 'slc_old', tenant)))).toMatchObject({
    refused: [{ id: other }],
  });
  expect(configuration.apiKeyByPrefix('slc_old')?.id).toBe(key);
  expect(configuration.apply(changeOf(keyEntry(key, 'slc_new', tenant)))).toEqual(taken);
  expect(configuration.apiKeyByPrefix('slc_old')).toBeNull();
  expect(configuration.apply(changeOf(gone('apiKey', key)))).toEqual(taken);
  expect(configuration.apiKeyByPrefix('slc_new')).toBeNull();
});
