import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import type { CommandedGateway } from '../../../test/support/commanded-gateway.js';

const traffic = { messages: 10, bytes: 640, messagesPerSecond: 2, bytesPerSecond: 128 };
const double = { messages: 20, bytes: 1280, messagesPerSecond: 4, bytesPerSecond: 256 };
const none = { messages: 0, bytes: 0, messagesPerSecond: 0, bytesPerSecond: 0 };

let api: ApiUnderTest;
let acme = '';
let first: CommandedGateway;
let second: CommandedGateway;
beforeEach(async () => {
  api = await ApiUnderTest.start();
  const limits = { maxConnections: 50, messagesPerSecond: 7 };
  acme = (await api.request('POST', '/v1/tenants', { slug: 'acme', limits })).body.id;
  [first, second] = [api.fleet.addGateway(), api.fleet.addGateway()];
  first.usage.set(acme, { connections: 3, fromClients: traffic, fromUpstreams: none });
  second.usage.set(acme, { connections: 4, fromClients: traffic, fromUpstreams: traffic });
});
afterEach(() => api.remove());

test('usage is reported as a total and for each gateway, with the limits', async () => {
  const { status, body } = await api.request('GET', '/v1/tenants/acme/usage');
  expect(status).toBe(200);
  expect(body).toEqual({
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
