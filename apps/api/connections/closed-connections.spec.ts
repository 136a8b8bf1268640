import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import type { CommandedGateway } from '../../../test/support/commanded-gateway.js';
import { newId } from '#libs/contract';

const total = { messages: 1, bytes: 10 };

let api: ApiUnderTest;
let gateways: CommandedGateway[];
let acme = '';
let token = '';
beforeAll(async () => {
  api = await ApiUnderTest.start();
  acme = (await api.request('POST', '/v1/tenants', { slug: 'acme' })).body.id;
  const other = (await api.request('POST', '/v1/tenants', { slug: 'other' })).body.id;
  token = (await api.request('POST', '/v1/tenants/acme/api-keys', { name: 'r', scopes: ['read'] })).body.key;
  gateways = [api.fleet.addGateway(), api.fleet.addGateway()];
  for (const [index, gateway] of gateways.entries()) {
    end(gateway, acme, 10 + index);
    end(gateway, acme, 20 + index);
    end(gateway, other, 30 + index);
  }
});
afterAll(() => api.remove());

function end(gateway: CommandedGateway, tenantId: string, second: number): void {
  gateway.closed.unshift({
    ...{ id: newId('connection'), tenantId, routeId: newId('route'), apiKeyId: null, gatewayId: gateway.id },
    ...{ clientAddress: '192.0.2.1', upstreamUrl: 'ws://10.0.0.5:9000/', subprotocol: null },
    ...{ since: '2026-11-22T14:00:00.000Z', closedAt: `2026-11-22T15:00:${second}.000Z`, endedBy: 'client' },
    ...{ closeCode: 1000, reason: null, durationMs: 5, fromClient: total, fromUpstream: total },
  });
}

test('closed connections of all gateways are listed, the newest first, over pages', async () => {
  const seconds: string[] = [];
  let cursor = '';
  for (;;) {
    const { body } = await api.request('GET', `/v1/connections/closed?limit=2${cursor}`);
    seconds.push(...body.items.map((item) => String(Reflect.get(item, 'closedAt')).slice(17, 19)));
    if (body.nextCursor === null) break;
    cursor = `&cursor=${body.nextCursor}`;
  }
  expect(seconds).toEqual(['31', '30', '21', '20', '11', '10']);
});

test('a key sees the closed connections of its own tenant only, also with the cursor of an operator', async () => {
  const { body } = await api.request('GET', '/v1/connections/closed', undefined, { token });
  const expected: unknown = expect.objectContaining({ tenantId: acme });
  expect(body.items).toEqual([expected, expected, expected, expected]);
  const { nextCursor } = (await api.request('GET', '/v1/connections/closed?limit=1')).body;
  const path = `/v1/connections/closed?cursor=${nextCursor}`;
  const next = (await api.request('GET', path, undefined, { token })).body;
  expect(next.items).toHaveLength(4);
  const foreign = await api.request('GET', '/v1/connections/closed?tenant=other', undefined, { token });
  expect(foreign.status).toBe(404);
});

test('the filters are sent to the gateways, and a silent gateway is named', async () => {
  const [gateway, silent] = gateways;
  if (silent) silent.unresponsiveTo = ['listClosedConnections'];
  const query = 'endedBy=gateway&code=1008&since=2026-11-22T15:00:00Z&clientIp=192.0.2.1';
  const { body } = await api.request('GET', `/v1/connections/closed?${query}`);
  if (silent) silent.unresponsiveTo = [];
  expect(body.silentGateways).toEqual([silent?.id]);
  expect(gateway?.requestsOf('listClosedConnections').at(-1)).toEqual({
    filter: { clientAddress: '192.0.2.1' },
    endedBy: 'gateway',
    closeCode: 1008,
    closedAfter: '2026-11-22T15:00:00.000Z',
    before: null,
    limit: 51,
  });
});

test.each([
  'endedBy=nobody',
  'code=99',
  'code=x',
  'since=yesterday',
  'minIdleSeconds=1',
  'limit=0',
  'cursor=x',
])('closed connections with the query %s are refused', async (query) => {
  expect((await api.request('GET', `/v1/connections/closed?${query}`)).status).toBe(400);
});
