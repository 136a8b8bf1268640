import { expect, test } from 'vitest';
import {
  exhaustionIdOf,
  newId,
  publishedApiKeySchema,
  publishedRouteSchema,
  publishedTenantSchema,
  type ConfigEntry,
} from '#libs/contract';
import type { ApplyResult } from '#libs/config-bus';
import { Configuration, type AppliedChange } from './configuration.js';

const acme = newId('tenant');
const unknown = newId('tenant');

function tenantEntry(id: string): ConfigEntry {
  const value = publishedTenantSchema.parse({ id, slug: 'acme', status: 'active', limits: {} });
  return { kind: 'tenant', id, value };
}

function routeEntry(id: string, path: string): ConfigEntry {
  const match = { host: 'chat.example', path };
  const upstreams = [{ url: 'ws://10.0.0.5:9000' }];
  return { kind: 'route', id, value: publishedRouteSchema.parse({ id, tenantId: acme, match, upstreams }) };
}

function keyEntry(id: string, prefix: string): ConfigEntry {
  const value = { id, tenantId: acme, prefix, secretHash: '0'.repeat(64) };
  return { kind: 'apiKey', id, value: publishedApiKeySchema.parse(value) };
}

function stickyKeyEntry(id: string, tenantId: string, secret: string): ConfigEntry {
  return { kind: 'stickyKey', id, value: { id, tenantId, secret, previousSecret: null } };
}

async function configurationOf(...entries: ConfigEntry[]): Promise<Configuration> {
  const configuration = new Configuration();
  await configuration.replace({ epoch: 'e1', revision: 1, fleetId: null, entries });
  return configuration;
}

function apply(configuration: Configuration, ...entries: ConfigEntry[]): ApplyResult {
  return configuration.apply({ epoch: 'e1', revision: 2, committedAt: '2026-11-22T14:00:00.000Z', entries });
}

test('no route is refused whose tenant comes after more routes than are applied at once', async () => {
  const routes = Array.from({ length: 600 }, (_, index) => routeEntry(newId('route'), `/${index}`));
  const configuration = await configurationOf(...routes, tenantEntry(acme));
  expect(configuration.counts).toEqual({ tenants: 1, routes: 600, apiKeys: 0 });
});

test('a changed tenant still has its routes and its sticky key', async () => {
  const key = stickyKeyEntry(newId('stickyKey'), acme, 'a'.repeat(64));
  const configuration = await configurationOf(tenantEntry(acme), routeEntry(newId('route'), '/'), key);
  expect(apply(configuration, tenantEntry(acme))).toEqual({ ok: true, refused: [] });
  expect(configuration.stickyKey(acme)).toEqual(key.value);
  const gone: ConfigEntry = { kind: 'tenant', id: acme, value: null };
  expect(apply(configuration, gone)).toMatchObject({ ok: true, refused: [{ id: acme }] });
});

test('a route that is refused keeps its last good version, and the route that it conflicts with stays', async () => {
  const [one, other] = [newId('route'), newId('route')];
  const configuration = await configurationOf(
    tenantEntry(acme),
    routeEntry(one, '/1'),
    routeEntry(other, '/2'),
  );
  expect(apply(configuration, routeEntry(other, '/1'))).toMatchObject({ ok: true, refused: [{ id: other }] });
  expect(configuration.match('chat.example', '/1')?.id).toBe(one);
  expect(configuration.match('chat.example', '/2')?.id).toBe(other);
  expect(configuration.counts.routes).toBe(2);
  const gone = [one, other].map((id): ConfigEntry => ({ kind: 'route', id, value: null }));
  const withTenant: ConfigEntry = { kind: 'tenant', id: acme, value: null };
  expect(apply(configuration, ...gone, withTenant)).toEqual({ ok: true, refused: [] });
});

test('an API key that is refused is found by its last good prefix', async () => {
  const [one, other] = [newId('apiKey'), newId('apiKey')];
  const configuration = await configurationOf(
    tenantEntry(acme),
    keyEntry(one, 'slc_a'),
    keyEntry(other, 'slc_b'),
  );
  expect(apply(configuration, keyEntry(other, 'slc_a'))).toMatchObject({ refused: [{ id: other }] });
  expect(configuration.apiKeyByPrefix('slc_a')?.id).toBe(one);
  expect(configuration.apiKeyByPrefix('slc_b')?.id).toBe(other);
});

test('a rotated API key whose previous prefix belongs to another key is refused', async () => {
  const [one, other] = [newId('apiKey'), newId('apiKey')];
  const configuration = await configurationOf(tenantEntry(acme), keyEntry(one, 'slc_a'));
  const secretHash = '0'.repeat(64);
  const previous = { prefix: 'slc_a', secretHash, expiresAt: '2026-11-23T00:00:00Z' };
  const rotated = { id: other, tenantId: acme, prefix: 'slc_new', secretHash, previous };
  const entry: ConfigEntry = { kind: 'apiKey', id: other, value: publishedApiKeySchema.parse(rotated) };
  expect(apply(configuration, entry)).toMatchObject({ ok: true, refused: [{ id: other }] });
  expect(configuration.apiKeyByPrefix('slc_a')?.id).toBe(one);
  expect(configuration.apiKeyByPrefix('slc_new')).toBeNull();
});

test('a sticky key that is refused keeps its last good secret', async () => {
  const id = newId('stickyKey');
  const [old, refused] = ['a'.repeat(64), 'b'.repeat(64)];
  const configuration = await configurationOf(tenantEntry(acme), stickyKeyEntry(id, acme, old));
  expect(apply(configuration, stickyKeyEntry(id, unknown, refused))).toMatchObject({ refused: [{ id }] });
  expect(configuration.stickyKey(acme)?.secret).toBe(old);
});

test('a removed sticky key leaves its tenant without one', async () => {
  const id = newId('stickyKey');
  const configuration = await configurationOf(tenantEntry(acme), stickyKeyEntry(id, acme, 'a'.repeat(64)));
  expect(apply(configuration, { kind: 'stickyKey', id, value: null })).toEqual({ ok: true, refused: [] });
  expect(configuration.stickyKey(acme)).toBeNull();
  expect(configuration.snapshot()?.entries).toEqual([tenantEntry(acme)]);
});

test('a quota that is no longer used up lets its subject in again', async () => {
  const route = newId('route');
  const id = exhaustionIdOf(route);
  const until = '2026-12-01T00:00:00.000Z';
  const value = { id, tenantId: acme, subjectId: route, until, closesLive: true };
  const configuration = await configurationOf(tenantEntry(acme), { kind: 'exhaustion', id, value });
  expect(configuration.exhaustion(route)).toEqual({ untilMs: Date.parse(until), closesLive: true });
  apply(configuration, { kind: 'exhaustion', id, value: null });
  expect(configuration.exhaustion(route)).toBeNull();
  expect(configuration.snapshot()?.entries).toEqual([tenantEntry(acme)]);
});

test('listeners are notified of the entries that were applied beside a refused one', async () => {
  const [one, other] = [newId('route'), newId('route')];
  const configuration = await configurationOf(tenantEntry(acme));
  const applied: AppliedChange[] = [];
  configuration.onApplied((change) => applied.push(change));
  apply(configuration, routeEntry(one, '/1'), routeEntry(other, '/1'));
  expect(applied).toEqual([{ kind: 'entries', entries: [routeEntry(one, '/1')] }]);
});
