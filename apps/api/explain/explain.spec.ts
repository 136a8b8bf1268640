import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';
import type { CommandedGateway } from '../../../test/support/commanded-gateway.js';

const url = 'wss://chat.acme.example/a/../b?x=%20';

let api: ApiUnderTest;
let gateway: CommandedGateway;
beforeEach(async () => {
  api = await ApiUnderTest.start();
  gateway = api.fleet.addGateway();
});
afterEach(() => api.remove());

function explain(body: object, token?: string): Promise<ApiAnswer> {
  return api.request('POST', '/v1/explain', body, token === undefined ? {} : { token });
}

async function keyOf(slug: string, scopes: string[]): Promise<{ tenantId: string; key: string }> {
  const tenant = await api.request('POST', '/v1/tenants', { slug });
  const { body } = await api.request('POST', `/v1/tenants/${slug}/api-keys`, { name: 'web', scopes });
  return { tenantId: tenant.body.id, key: body.key };
}

test('the gateway gets path and query as written, and the fields of a handshake that are missing', async () => {
  const headers = [
    { name: 'Origin', value: 'https://acme.example' },
    { name: 'host', value: 'other.example' },
  ];
  const { status, body } = await explain({ url, headers, clientAddress: '203.0.113.7' });
  expect(status).toBe(200);
  expect(body).toMatchObject({ gatewayId: gateway.id, verdict: { status: 404, code: 'no_route' } });
  expect(gateway.requestsOf('explain')).toEqual([
    {
      target: '/a/../b?x=%20',
      scheme: 'https',
      headers: [
        ['Upgrade', 'websocket'],
        ['Connection', 'Upgrade'],
        ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
        ['Sec-WebSocket-Version', '13'],
        ['Origin', 'https://acme.example'],
        ['host', 'other.example'],
      ],
      clientAddress: '203.0.113.7',
      clientCertificate: null,
      tenantIds: null,
    },
  ]);
});

test('with a method, the gateway gets an ordinary request', async () => {
  await explain({ url, method: 'PUT' });
  expect(gateway.requestsOf('explain')).toMatchObject([
    { method: 'PUT', target: '/a/../b?x=%20', headers: [['Host', 'chat.acme.example']] },
  ]);
});

test('without added fields, the gateway gets only the given ones, and the address of the sender', async () => {
  await explain({ url: 'ws://a.example', headers: [], addHandshakeHeaders: false });
  expect(gateway.requestsOf('explain')).toMatchObject([
    { target: '/', scheme: 'http', headers: [], clientAddress: '127.0.0.1' },
  ]);
});

test('header fields that cannot be sent are 422 and named', async () => {
  const headers = [
    { name: 'Origin', value: 'https://acme.example' },
    { name: 'X Space', value: 'a' },
    { name: 'X-Line', value: 'a\r\nX-Other: b' },
    { name: 'X:Y', value: 'a' },
    { name: 'X-Wide', value: '√' },
  ];
  const { status, body } = await explain({ url, headers });
  expect([status, body.code]).toEqual([422, 'validation_failed']);
  expect(body.errors.map(({ field }) => field)).toEqual([
    'headers.1.name',
    'headers.2.value',
    'headers.3.name',
    'headers.4.value',
  ]);
  expect(gateway.requestsOf('explain')).toEqual([]);
});

test.each([
  [{ url: '/socket' }, 'url'],
  [{ url: 'ftp://chat.acme.example/' }, 'url'],
  [{ url: 'ws://chat.acme.example/a b' }, 'url'],
  [{ url: '' }, 'url'],
  [{ url, clientAddress: 'here' }, 'clientAddress'],
  [{ url, clientCertificate: 'none' }, 'clientCertificate'],
])('%j is refused, because of %s', async (body, field) => {
  const answer = await explain(body);
  expect([answer.status, answer.body.errors.map((error) => error.field)]).toEqual([422, [field]]);
});

test('a path is enough if a Host is given', async () => {
  const { status } = await explain({ url: '/socket', headers: [{ name: 'Host', value: 'a.example' }] });
  expect(status).toBe(200);
});

test('the key of a tenant with the scope read asks as this tenant, and may not choose the gateway', async () => {
  const { tenantId, key } = await keyOf('acme', ['read']);
  expect((await explain({ url }, key)).status).toBe(200);
  expect(gateway.requestsOf('explain')).toMatchObject([{ tenantIds: [tenantId] }]);
  const chosen = await explain({ url, gateway: gateway.id }, key);
  expect([chosen.status, chosen.body.code]).toEqual([403, 'forbidden']);
});

test('a key that may only connect gets no explanation', async () => {
  const { key } = await keyOf('acme', ['connect']);
  expect((await explain({ url }, key)).status).toBe(403);
});

test('an operator chooses the gateway; one that does not exist is 404', async () => {
  const other = api.fleet.addGateway();
  expect((await explain({ url, gateway: other.id })).body).toMatchObject({ gatewayId: other.id });
  const unknown = await explain({ url, gateway: 'gtw_01jd3x4m5n6p7q8r9s0t1v2w3x' });
  expect([unknown.status, unknown.body.code]).toEqual([404, 'not_found']);
});

test('without a live gateway there is no explanation', async () => {
  await gateway.leave();
  const answer = await explain({ url });
  expect([answer.status, answer.body.code]).toEqual([503, 'fleet_unavailable']);
  expect(answer.headers.get('retry-after')).toBe('5');
});

test('a gateway that does not answer is named', async () => {
  gateway.unresponsiveTo = ['explain'];
  const answer = await explain({ url });
  expect([answer.status, answer.body.code]).toEqual([503, 'fleet_incomplete']);
  expect(answer.body.silentGateways).toEqual([gateway.id]);
}, 20_000);

test('a credential in the request is neither stored nor audited', async () => {
  const { key } = await keyOf('acme', ['connect']);
  await explain({ url, headers: [{ name: 'Authorization', value: `Bearer ${key}` }] });
  expect(await api.everythingStored()).not.toContain(key);
});
