import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId, noUsage } from '#libs/contract';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import type { CommandedGateway } from '../../../test/support/commanded-gateway.js';
import type { TenantUsage } from './tenant-usage.js';
import { UsageStore } from './usage-store.js';

const traffic = { messages: 10, bytes: 640, messagesPerSecond: 2, bytesPerSecond: 128 };
const double = { messages: 20, bytes: 1280, messagesPerSecond: 4, bytesPerSecond: 256 };
const none = { messages: 0, bytes: 0, messagesPerSecond: 0, bytesPerSecond: 0 };

const busiest = {
  keys: [{ group: 'key_a', connections: 1 }],
  addresses: [{ group: '192.0.2.1', connections: 3 }],
};

let api: ApiUnderTest;
let acme = '';
let first: CommandedGateway;
let second: CommandedGateway;
beforeEach(async () => {
  api = await ApiUnderTest.start();
  const limits = { maxConnections: 50, messagesPerSecond: 7 };
  acme = (await api.request('POST', '/v1/tenants', { slug: 'acme', limits })).body.id;
  [first, second] = [api.fleet.addGateway(), api.fleet.addGateway()];
  first.usage.set(acme, { connections: 3, fromClients: traffic, fromUpstreams: none, busiest });
  second.usage.set(acme, {
    connections: 4,
    fromClients: traffic,
    fromUpstreams: traffic,
    busiest: {
      keys: [
        { group: 'key_a', connections: 2 },
        { group: 'key_b', connections: 2 },
      ],
      addresses: [],
    },
  });
});
afterEach(() => api.remove());

test('usage is reported as a total and for each gateway, with the limits', async () => {
  const { status, body } = await api.request('GET', '/v1/tenants/acme/usage');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    tenantId: acme,
    limits: { maxConnections: 50, messagesPerSecond: 7, bytesPerSecond: null },
    total: { connections: 7, fromClients: double, fromUpstreams: traffic },
    gateways: [
      { gatewayId: first.id, connections: 3, fromClients: traffic, fromUpstreams: none },
      { gatewayId: second.id, connections: 4, fromClients: traffic, fromUpstreams: traffic },
    ].sort((one, other) => (one.gatewayId < other.gatewayId ? -1 : 1)),
    silentGateways: [],
  });
});

test('every limit and quota is listed with what counts against it', async () => {
  await api.request('POST', '/v1/tenants/acme/api-keys', { name: 'web' });
  const quota = { connections: 10, messages: 100 };
  await api.request('PATCH', '/v1/tenants/acme', { quota });
  const row = { tenantId: acme, routeId: newId('route'), apiKeyId: null, ...noUsage() };
  const rows = [
    { ...row, connections: 4, connectionMs: 90_000, messagesFromClients: 5, bytesFromUpstreams: 6 },
  ];
  const report = { gatewayId: first.id, sequence: 1, periodMs: 0, ageMs: 0, rows };
  await new UsageStore(api.database).store([report], Date.now());
  const { body } = await api.request('GET', '/v1/tenants/acme/usage');
  expect((body as unknown as TenantUsage).ceilings).toEqual([
    { limit: 'limits.maxConnections', ceiling: 50, used: 7 },
    { limit: 'limits.maxConnectionsPerKey', ceiling: null, used: 3 },
    { limit: 'limits.maxConnectionsPerIp', ceiling: null, used: 3 },
    { limit: 'limits.connectionsPerSecond', ceiling: null, used: null },
    { limit: 'limits.requestsPerSecond', ceiling: null, used: null },
    { limit: 'limits.messagesPerSecond', ceiling: 7, used: 2 },
    { limit: 'limits.bytesPerSecond', ceiling: null, used: 128 },
    { limit: 'limits.maxMessageBytes', ceiling: null, used: null },
    { limit: 'limits.maxRoutes', ceiling: null, used: 0 },
    { limit: 'limits.maxApiKeys', ceiling: null, used: 1 },
    { limit: 'quota.connections', ceiling: 10, used: 4 },
    { limit: 'quota.connectionMinutes', ceiling: null, used: 1.5 },
    { limit: 'quota.messages', ceiling: 100, used: 5 },
    { limit: 'quota.bytes', ceiling: null, used: 6 },
  ]);
});

test('usage names the gateways that do not answer', async () => {
  first.unresponsiveTo = ['tenantUsage'];
  const { body } = await api.request('GET', '/v1/tenants/acme/usage');
  expect(body).toMatchObject({ total: { connections: 4 }, silentGateways: [first.id] });
});

test('usage is 404 with a key of another tenant, and 503 while the gateways cannot be reached', async () => {
  await api.request('POST', '/v1/tenants', { slug: 'other' });
  const key = { name: 'manager', scopes: ['manage'] };
  const token = (await api.request('POST', '/v1/tenants/other/api-keys', key)).body.key;
  expect((await api.request('GET', '/v1/tenants/acme/usage', undefined, { token })).status).toBe(404);
  expect((await api.request('GET', '/v1/tenants/other/usage', undefined, { token })).status).toBe(200);
  api.fleet.isAway = true;
  const away = await api.request('GET', '/v1/tenants/acme/usage');
  expect([away.status, away.body.code]).toEqual([503, 'fleet_unavailable']);
});

test('ceilings of routes and keys with a limit or a quota are listed, also without connections', async () => {
  const route = { match: { path: '/chat' }, upstreams: [{ url: 'ws://192.0.2.1' }] };
  const post = async (path: string, body: object): Promise<string> =>
    (await api.request('POST', `/v1/tenants/acme/${path}`, body)).body.id;
  const chat = await post('routes', { ...route, messagesPerSecond: 5, maxConnections: 50 });
  const web = await post('api-keys', { name: 'web', bytesPerSecond: 640 });
  const app = await post('api-keys', { name: 'app', quota: { messages: 100 } });
  const unused = await post('api-keys', { name: 'unused', maxConnections: 5 });
  await post('api-keys', { name: 'unlimited' });
  const { body: revoked } = await api.request('POST', '/v1/tenants/acme/api-keys', {
    name: 'revoked',
    maxConnections: 5,
  });
  await api.request('DELETE', `/v1/tenants/acme/api-keys/${revoked.id}`);
  first.limitedUsage.set(acme, {
    routes: [{ id: chat, connections: 2, fromClients: traffic, fromUpstreams: none }],
    apiKeys: [{ id: web, connections: 1, fromClients: none, fromUpstreams: traffic }],
  });
  second.limitedUsage.set(acme, {
    routes: [{ id: chat, connections: 3, fromClients: none, fromUpstreams: double }],
    // A key of another tenant, or a deleted one.
    apiKeys: [{ id: newId('apiKey'), connections: 1, fromClients: none, fromUpstreams: none }],
  });
  const row = { tenantId: acme, routeId: chat, apiKeyId: app, ...noUsage() };
  const rows = [{ ...row, connections: 4, messagesFromClients: 5, messagesFromUpstreams: 1 }];
  const report = { gatewayId: first.id, sequence: 1, periodMs: 0, ageMs: 0, rows };
  await new UsageStore(api.database).store([report], Date.now());
  const { body } = await api.request('GET', '/v1/tenants/acme/usage');
  const { routes, apiKeys } = body as unknown as TenantUsage;
  expect(routes).toEqual([
    {
      routeId: chat,
      ceilings: [
        { limit: 'maxConnections', ceiling: 50, used: 5 },
        { limit: 'messagesPerSecond', ceiling: 5, used: 4 },
      ],
    },
  ]);
  expect(apiKeys).toEqual([
    { apiKeyId: web, ceilings: [{ limit: 'bytesPerSecond', ceiling: 640, used: 128 }] },
    { apiKeyId: app, ceilings: [{ limit: 'quota.messages', ceiling: 100, used: 6 }] },
    { apiKeyId: unused, ceilings: [{ limit: 'maxConnections', ceiling: 5, used: 0 }] },
  ]);
  const next = await api.request('GET', `/v1/tenants/acme/usage?routesAfter=${chat}&apiKeysAfter=${app}`);
  expect(next.body).toMatchObject({ routes: [], apiKeys: [{ apiKeyId: unused }] });
  await api.request('PATCH', `/v1/tenants/acme/api-keys/${unused}`, { maxConnections: null });
  const without = await api.request('GET', `/v1/tenants/acme/usage?apiKeysAfter=${app}`);
  expect(without.body).toMatchObject({ apiKeys: [] });
});
