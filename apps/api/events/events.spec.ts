import { once } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { adminToken, ApiUnderTest } from '../../../test/support/api-under-test.js';
import type { ChangeEvent } from './change-event.js';
import { patiently } from '../../../test/support/patiently.js';

const acme = '/v1/tenants/acme';

let api: ApiUnderTest;
const sockets: WebSocket[] = [];
beforeEach(async () => {
  api = await ApiUnderTest.start();
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await api.remove();
});

it('every committed change is told once, in order, without anything secret', async () => {
  const { events } = await listen(adminToken);
  const tenant = (await api.request('POST', '/v1/tenants', { slug: 'other' })).body;
  const key = (await api.request('POST', `${acme}/api-keys`, { name: 'web' })).body;
  await api.request('DELETE', '/v1/tenants/other');
  await vi.waitFor(() => expect(events).toHaveLength(3), patiently);
  expect(events.map(({ revision }) => revision)).toEqual([2, 3, 4]);
  expect(events[0]).toMatchObject({
    type: 'change',
    tenantId: tenant.id,
    entries: [{ kind: 'tenant', id: tenant.id, op: 'put' }],
  });
  expect(events[1]?.entries).toEqual([{ kind: 'apiKey', id: key.id, op: 'put' }]);
  expect(events[2]?.entries).toEqual([{ kind: 'tenant', id: tenant.id, op: 'delete' }]);
});

it('a key hears of its own tenant alone', async () => {
  const { events } = await listen(await managerKey());
  await api.request('POST', '/v1/tenants', { slug: 'other' });
  await api.request('PATCH', '/v1/tenants/other', { name: 'Other' });
  await api.request('PATCH', acme, { name: 'Acme' });
  await vi.waitFor(() => expect(events).toHaveLength(1), patiently);
  expect(events[0]?.revision).toBe(5);
});

it('a browser sends its token as a subprotocol, and it is not sent back', async () => {
  const socket = connect([`sluice.token.${await managerKey()}`, 'sluice.events']);
  await once(socket, 'open');
  expect(socket.protocol).toBe('sluice.events');
});

it('an upgrade without a valid token is answered with 401, and one in the URL counts for nothing', async () => {
  for (const [protocols, path] of [
    [[], '/v1/events'],
    [['sluice.events', 'sluice.token.wrong'], '/v1/events'],
    [[], `/v1/events?token=${adminToken}`],
  ] as const) {
    const socket = connect([...protocols], {}, path);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(401);
  }
});

it('a key without the scope manage is answered with 403', async () => {
  const { key } = (await api.request('POST', `${acme}/api-keys`, { name: 'web' })).body;
  const socket = connect([], { authorization: `Bearer ${key}` });
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
  expect(response.statusCode).toBe(403);
});

it('the end of a credential ends its stream with 1008', async () => {
  const revoked = await listen(await managerKey());
  const [own] = (await api.request('GET', `${acme}/api-keys`)).body.items;
  await api.request('DELETE', `${acme}/api-keys/${own?.id ?? ''}`);
  expect(await revoked.closed).toEqual([1008, 'key revoked']);
  const suspended = await listen(await managerKey());
  await api.request('PATCH', acme, { status: 'suspended' });
  expect(await suspended.closed).toEqual([1008, 'tenant suspended']);
});

it('a stopping API closes its streams with 1001', async () => {
  const { closed } = await listen(adminToken);
  await api.stop();
  expect(await closed).toEqual([1001, 'API stops']);
});

it('a request for the stream that is no handshake is told so', async () => {
  const answer = await api.request('GET', '/v1/events');
  expect(answer.status).toBe(400);
  expect(answer.body.code).toBe('bad_handshake');
});

interface Listening {
  events: ChangeEvent[];
  closed: Promise<[number, string]>;
}

async function listen(token: string): Promise<Listening> {
  const socket = connect([], { authorization: `Bearer ${token}` });
  const events: ChangeEvent[] = [];
  socket.on('message', (data: Buffer) => events.push(JSON.parse(data.toString()) as ChangeEvent));
  const closed = new Promise<[number, string]>((resolve) => {
    socket.on('close', (code, reason) => resolve([code, reason.toString()]));
  });
  await once(socket, 'open');
  return { events, closed };
}

function connect(protocols: string[], headers: Record<string, string> = {}, path = '/v1/events'): WebSocket {
  const socket = new WebSocket(api.url.replace('http', 'ws') + path, protocols, { headers });
  socket.on('error', () => undefined);
  sockets.push(socket);
  return socket;
}

async function managerKey(): Promise<string> {
  const body = { name: 'manager', scopes: ['manage'] };
  return (await api.request('POST', `${acme}/api-keys`, body)).body.key;
}
