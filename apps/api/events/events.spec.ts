import { get, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openApiSocket, refusalOf, type ApiSocket } from '../../../test/support/api-socket.js';
import { adminToken, ApiUnderTest } from '../../../test/support/api-under-test.js';
import { longWait } from '../../../test/support/long-wait.js';

const acme = '/v1/tenants/acme';

/** The fields of messages that tests read by name. */
interface EventMessage {
  revision: number;
  entries: unknown[];
}

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
});
afterEach(() => api.remove());

test('every committed change is sent once, in order, without secrets', async () => {
  const { messages } = await listen(adminToken);
  const tenant = (await api.request('POST', '/v1/tenants', { slug: 'other' })).body;
  const key = (await api.request('POST', `${acme}/api-keys`, { name: 'web' })).body;
  await api.request('DELETE', '/v1/tenants/other');
  await vi.waitFor(() => expect(messages).toHaveLength(3), longWait);
  expect(messages.map(({ revision }) => revision)).toEqual([2, 3, 4]);
  expect(messages[0]).toMatchObject({
    type: 'change',
    tenantId: tenant.id,
    entries: [{ kind: 'tenant', id: tenant.id, op: 'put' }],
  });
  expect(messages[1]?.entries).toEqual([{ kind: 'apiKey', id: key.id, op: 'put' }]);
  expect(messages[2]?.entries).toEqual([{ kind: 'tenant', id: tenant.id, op: 'delete' }]);
});

test('a key receives only events of its own tenant', async () => {
  const { messages } = await listen(await managerKey());
  await api.request('POST', '/v1/tenants', { slug: 'other' });
  await api.request('PATCH', '/v1/tenants/other', { name: 'Other' });
  await api.request('PATCH', acme, { name: 'Acme' });
  await vi.waitFor(() => expect(messages).toHaveLength(1), longWait);
  expect(messages[0]?.revision).toBe(5);
});

test('a browser sends its token as a subprotocol, which is not sent back', async () => {
  const protocols = [`sluice.token.${await managerKey()}`, 'sluice.events'];
  const { socket } = await openApiSocket(api, '/v1/events', { protocols });
  expect(socket.protocol).toBe('sluice.events');
});

test('an upgrade without a valid token is answered with 401, and a token in the URL is ignored', async () => {
  for (const [protocols, path] of [
    [[], '/v1/events'],
    [['sluice.events', 'sluice.token.wrong'], '/v1/events'],
    [[], `/v1/events?token=${adminToken}`],
  ] as const) {
    const refusal = await refusalOf(api, path, { protocols: [...protocols] });
    expect(refusal).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
    expect(refusal.type).toBe('application/problem+json');
  }
});

test('a key with the scope read receives events until it loses the scope', async () => {
  const body = { name: 'reader', scopes: ['read', 'connect'] };
  const { id, key } = (await api.request('POST', `${acme}/api-keys`, body)).body;
  const { messages, closed } = await listen(key);
  await api.request('PATCH', `${acme}/api-keys/${id}`, { name: 'renamed' });
  await vi.waitFor(() => expect(messages).toHaveLength(1), longWait);
  await api.request('PATCH', `${acme}/api-keys/${id}`, { scopes: ['connect'] });
  expect(await closed).toEqual([1008, 'key revoked']);
});

test('a key without the scope manage or read is answered with 403', async () => {
  const { key } = (await api.request('POST', `${acme}/api-keys`, { name: 'web' })).body;
  expect(await refusalOf(api, '/v1/events', { token: key })).toMatchObject({ status: 403 });
});

test('a handshake with an unknown query parameter or path is refused like any other request', async () => {
  const token = adminToken;
  const filtered = await refusalOf(api, '/v1/events?tenant=acme', { token });
  expect(filtered).toMatchObject({
    status: 400,
    body: { code: 'invalid_request', errors: [{ field: 'tenant' }] },
  });
  for (const path of ['/', '/v1/tenants', '/v1/events/x', '//', '/v1/events%00']) {
    expect(await refusalOf(api, path, { token })).toMatchObject({ status: 404, body: { code: 'not_found' } });
  }
});

test('a request for the stream without a handshake is refused with bad_handshake', async () => {
  const answer = await api.request('GET', '/v1/events');
  expect([answer.status, answer.body.code]).toEqual([400, 'bad_handshake']);
  const headers = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '7' };
  const broken = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${api.url}/v1/events`, { headers }, resolve).on('error', reject);
  });
  expect(broken.statusCode).toBe(400);
  expect(broken.headers['sec-websocket-version']).toBe('13');
  expect(await json(broken)).toMatchObject({ code: 'bad_handshake' });
});

test('a stream is closed with 1008 when its credential is revoked or its tenant suspended', async () => {
  const revoked = await listen(await managerKey());
  const [own] = (await api.request('GET', `${acme}/api-keys`)).body.items;
  await api.request('DELETE', `${acme}/api-keys/${own?.id ?? ''}`);
  expect(await revoked.closed).toEqual([1008, 'key revoked']);
  const suspended = await listen(await managerKey());
  await api.request('PATCH', acme, { status: 'suspended' });
  expect(await suspended.closed).toEqual([1008, 'tenant suspended']);
  expect(suspended.messages).toHaveLength(1);
});

test('a stopping API closes its streams with 1001', async () => {
  const { closed } = await listen(adminToken);
  await api.stop();
  expect(await closed).toEqual([1001, 'API stops']);
});

function listen(token: string): Promise<ApiSocket<EventMessage>> {
  return openApiSocket<EventMessage>(api, '/v1/events', { token });
}

async function managerKey(): Promise<string> {
  const body = { name: 'manager', scopes: ['manage'] };
  return (await api.request('POST', `${acme}/api-keys`, body)).body.key;
}
