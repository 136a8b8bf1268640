import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openApiSocket } from '../../../test/support/api-socket.js';
import { ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';
import type { CommandedGateway } from '../../../test/support/commanded-gateway.js';
import { longWait } from '../../../test/support/long-wait.js';

const acme = '/v1/tenants/acme';
const aRoute = { match: { host: 'acme.example', path: '/' }, upstreams: [{ url: 'ws://10.0.0.5' }] };

let api: ApiUnderTest;
let acmeId = '';
let routeId = '';
let acmeToken = '';
let gateway: CommandedGateway;
let gatewayId = '';
let otherToken = '';
beforeAll(async () => {
  api = await ApiUnderTest.start();
  acmeId = (await api.request('POST', '/v1/tenants', { slug: 'acme', hosts: ['acme.example'] })).body.id;
  await api.request('POST', '/v1/tenants', { slug: 'other', hosts: ['other.example'] });
  routeId = (await api.request('POST', `${acme}/routes`, aRoute)).body.id;
  const key = { name: 'manager', scopes: ['manage'] };
  acmeToken = (await api.request('POST', `${acme}/api-keys`, key)).body.key;
  otherToken = (await api.request('POST', '/v1/tenants/other/api-keys', key)).body.key;
  gateway = api.fleet.addGateway();
  gatewayId = gateway.id;
  gateway.connect(acmeId, { routeId });
  gateway.connect(acmeId, { routeId });
});
afterAll(() => api.remove());

test('a filter matches no connection of another tenant, and does not reveal whether that tenant exists', async () => {
  for (const tenant of [acmeId, 'acme', 'nobody']) {
    const answer = await asOther('GET', `/v1/connections?tenant=${tenant}`);
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    expect(answer.text).not.toContain(tenant);
  }
  expect((await asOther('GET', `/v1/connections?route=${routeId}`)).body.items).toEqual([]);
  const closed = await asOther('DELETE', `/v1/connections?route=${routeId}`);
  expect(closed.body).toMatchObject({ matched: 0 });
});

test('a cursor issued to an operator lists only the tenant’s own connections, and no tenant', async () => {
  const { nextCursor } = (await api.request('GET', '/v1/connections?limit=1')).body;
  expect(nextCursor).not.toBeNull();
  expect((await asOther('GET', `/v1/connections?cursor=${nextCursor}`)).body.items).toEqual([]);
  const tenants = (await api.request('GET', '/v1/tenants?limit=1')).body.nextCursor;
  const shown = await asOther('GET', `/v1/tenants?cursor=${tenants}`);
  expect([shown.status, shown.body.code]).toEqual([400, 'invalid_cursor']);
  expect(shown.text).not.toContain(acmeId);
});

test('a filter by key, client address, gateway or actor matches no resource of another tenant', async () => {
  const { items } = (await api.request('GET', `${acme}/api-keys`)).body;
  const keyId = items[0]?.id ?? '';
  for (const query of [`key=${keyId}`, 'clientIp=192.0.2.1', `gateway=${gatewayId}`]) {
    expect((await api.request('GET', `/v1/connections?${query}`)).status).toBe(200);
    expect((await asOther('GET', `/v1/connections?${query}`)).body.items).toEqual([]);
    expect((await asOther('DELETE', `/v1/connections?${query}`)).body).toMatchObject({ matched: 0 });
  }
  expect((await asOther('GET', `/v1/audit?actor=${keyId}`)).body.items).toEqual([]);
  const own = (await asOther('GET', '/v1/audit?actor=admin')).text;
  expect(own).not.toMatch(new RegExp(`${acmeId}|${routeId}|${keyId}`));
});

test('a cursor issued for another tenant’s routes or keys is refused; for audit entries it lists the tenant’s own', async () => {
  for (const name of ['first', 'second']) {
    await api.request('POST', `${acme}/api-keys`, { name });
    await api.request('POST', `${acme}/routes`, { ...aRoute, match: { path: `/${name}` } });
  }
  for (const [theirs, own, expected] of [
    [`${acme}/routes`, '/v1/tenants/other/routes', 400],
    [`${acme}/routes`, '/v1/routes', 400],
    [`${acme}/api-keys`, '/v1/tenants/other/api-keys', 400],
    ['/v1/api-keys', '/v1/api-keys', 400],
    ['/v1/audit', '/v1/audit', 200],
  ] as const) {
    const { nextCursor } = (await api.request('GET', `${theirs}?limit=1`)).body;
    expect(nextCursor).not.toBeNull();
    const { status, text } = await asOther('GET', `${own}?cursor=${nextCursor}`);
    expect(status).toBe(expected);
    expect(text).not.toContain(acmeId);
  }
});

test('an Idempotency-Key with which another tenant created a key does not reveal that key', async () => {
  const make = (tenant: string, token: string): Promise<ApiAnswer> => {
    const body = { name: 'once', scopes: ['manage'] };
    const headers = { 'idempotency-key': 'a-key-once' };
    return api.request('POST', `/v1/tenants/${tenant}/api-keys`, body, { token, headers });
  };
  const first = await make('acme', acmeToken);
  const foreign = await make('acme', otherToken);
  expect([first.status, foreign.status, foreign.body.code]).toEqual([201, 404, 'not_found']);
  const own = await make('other', otherToken);
  expect([own.status, own.headers.get('idempotency-replayed')]).toEqual([201, null]);
  expect(own.text).not.toMatch(new RegExp(`${acmeId}|${first.body.id}|${first.body.prefix}`));
});

test('connection and change events are sent only to the tenant that they concern', async () => {
  const { messages } = await openApiSocket<object>(api, '/v1/events', { token: otherToken });
  const connection = gateway.connect(acmeId, { routeId });
  const { id, tenantId, apiKeyId, gatewayId: of, clientAddress } = connection;
  const shown = { id, tenantId, routeId, apiKeyId, gatewayId: of, clientAddress };
  gateway.publish({ type: 'connectionOpened', at: '2026-11-22T14:00:00.000Z', connection: shown });
  await api.request('PATCH', acme, { name: 'Acme again' });
  await api.request('PATCH', '/v1/tenants/other', { name: 'Other again' });
  await vi.waitFor(() => expect(messages).not.toEqual([]), longWait);
  expect(JSON.stringify(messages)).not.toContain(acmeId);
});

test('two tenants can use the same Idempotency-Key independently', async () => {
  const headers = { 'idempotency-key': 'the-same' };
  const post = (tenant: string, token: string): Promise<ApiAnswer> => {
    const body = { ...aRoute, match: { host: `${tenant}.example`, path: '/again' } };
    return api.request('POST', `/v1/tenants/${tenant}/routes`, body, { token, headers });
  };
  const first = await post('acme', acmeToken);
  expect(first.status).toBe(201);
  const refused = await post('acme', otherToken);
  expect([refused.status, refused.headers.get('idempotency-replayed')]).toEqual([404, null]);
  const own = await post('other', otherToken);
  expect([own.status, own.headers.get('idempotency-replayed')]).toEqual([201, null]);
  expect(own.body.id).not.toBe(first.body.id);
});

test('an error about a resource of another tenant does not reveal that it exists', async () => {
  const problems = async (id: string): Promise<string> => {
    const body = { name: 'x', scopes: ['manage'], routeIds: [id] };
    const { status, text } = await asOther('POST', '/v1/tenants/other/api-keys', body);
    expect(status).toBe(422);
    return text.replace(/req_\w+/, 'req_any');
  };
  expect(await problems(routeId)).toBe(await problems('rte_01jd3x4m5n6p7q8r9s0t1v2w3x'));
  const forbidden = await asOther('POST', '/v1/tenants/other/routes', aRoute);
  expect(forbidden.status).toBe(403);
  // An operator placed routes of both tenants on one host, so the tenant may enable its own.
  const route = (await api.request('POST', '/v1/tenants/other/routes', { ...aRoute, enabled: false })).body;
  const conflict = await asOther('PATCH', `/v1/tenants/other/routes/${route.id}`, { enabled: true });
  expect(conflict.status).toBe(409);
  for (const { text } of [forbidden, conflict]) {
    expect(text).not.toMatch(new RegExp(`${acmeId}|${routeId}|tenants/acme`));
  }
});

function asOther(method: string, path: string, body?: unknown): Promise<ApiAnswer> {
  return api.request(method, path, body, { token: otherToken });
}
