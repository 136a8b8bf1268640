import { once } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { ClosedConnection, Connection, Gateway } from '#libs/contract';
import { openApiSocket, type ApiSocket } from '../support/api-socket.js';
import { FleetWorld } from '../support/fleet-world.js';
import { adminToken } from '../support/sluice-settings.js';
import { longWait } from '../support/long-wait.js';

interface Answer<Body> {
  status: number;
  body: Body;
}

interface ConnectionList {
  items: Connection[];
  silentGateways: string[];
}

let fleet: FleetWorld;
let clients: WebSocket[];
const ends: (() => void)[] = [];
beforeEach(async () => {
  fleet = await FleetWorld.start();
  await fleet.write('POST', '/tenants', { slug: 'acme' });
  await fleet.writeRoute('/echo');
  clients = await vi.waitFor(() => fleet.openOnEach('/echo'), longWait);
  await vi.waitFor(async () => expect((await list()).items).toHaveLength(2), longWait);
});
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  for (const client of clients) client.terminate();
  await fleet.close();
});

test('the connections of both gateways are listed with their counters, and can be closed with a requested code', async () => {
  const [client, other] = clients;
  client?.send('hello');
  if (client) await once(client, 'message');
  const { items, silentGateways } = await list();
  expect(silentGateways).toEqual([]);
  expect(new Set(items.map(({ gatewayId }) => gatewayId)).size).toBe(2);
  const used = items.find(({ fromClient }) => fromClient.messages === 1);
  expect(used).toMatchObject({ state: 'open', clientAddress: '127.0.0.1', fromUpstream: { messages: 1 } });
  const closed = client && once(client, 'close');
  const outcome = await call('DELETE', `/connections/${used?.id ?? ''}?code=4001&reason=maintenance`);
  expect(outcome).toEqual({ status: 200, body: { matched: 1, closed: 1, silentGateways: [] } });
  const [code, reason] = (await closed) as [number, Buffer];
  expect([code, reason.toString()]).toEqual([4001, 'maintenance']);
  await vi.waitFor(async () => expect((await list()).items).toHaveLength(1), longWait);
  expect(other?.readyState).toBe(WebSocket.OPEN);
});

test('a tap reports the frames of both directions, and ends with the connection', async () => {
  const [client] = clients;
  client?.send('first');
  if (client) await once(client, 'message');
  const used = (await list()).items.find(({ fromClient }) => fromClient.messages === 1);
  const { messages, closed } = await open(`/connections/${used?.id ?? ''}/tap?payloadBytes=100`);
  client?.send('hello');
  const payload = { bytes: Buffer.from('hello').toString('base64'), isTruncated: false, isInflated: true };
  await vi.waitFor(() => expect(messages).toHaveLength(2), longWait);
  expect(messages).toMatchObject([
    { type: 'frame', from: 'client', opcode: 'text', isCompressed: true, payload },
    { type: 'frame', from: 'upstream', opcode: 'text', isCompressed: true, payload },
  ]);
  client?.close(1000);
  expect(await closed).toEqual([1000, 'connection ended']);
});

test('/v1/events reports connections that open and close, and gateways that start and stop', async () => {
  const { messages } = await open('/events');
  const [client] = await vi.waitFor(async () => {
    const opened = await fleet.openOnEach('/echo');
    clients.push(...opened);
    expect(messages.some(({ type }) => type === 'connection.opened')).toBe(true);
    return opened;
  }, longWait);
  client?.close(1000);
  const closed = { type: 'connection.closed', closeCode: 1000, endedBy: 'client' };
  await vi.waitFor(() => expect(messages).toContainEqual(expect.objectContaining(closed)), longWait);
  await fleet.gateways[1]?.close();
  const stopped = { type: 'gateway.stopped' };
  await vi.waitFor(() => expect(messages).toContainEqual(expect.objectContaining(stopped)), longWait);
});

test('connections are sorted and counted over both gateways, and listed after their end', async () => {
  const [client, other] = clients;
  client?.send('hello');
  if (client) await once(client, 'message');
  await vi.waitFor(async () => {
    const { items } = (await call<ConnectionList>('GET', '/connections?sort=-bytes')).body;
    expect(items.map(({ fromClient }) => fromClient.messages)).toEqual([1, 0]);
  }, longWait);
  const idle = await call<ConnectionList>('GET', '/connections?minIdleSeconds=3600');
  expect(idle.body.items).toEqual([]);
  const counts = await call('GET', '/connections/counts?by=clientIp');
  expect(counts.body).toMatchObject({ groups: [{ group: '127.0.0.1', connections: 2 }], isExact: true });
  client?.close(4001);
  other?.terminate();
  await vi.waitFor(async () => {
    const { items } = (await call<{ items: ClosedConnection[] }>('GET', '/connections/closed')).body;
    expect(new Set(items.map(({ closeCode }) => closeCode))).toEqual(new Set([4001, 1006]));
  }, longWait);
  const selected = await call<{ items: ClosedConnection[] }>(
    'GET',
    '/connections/closed?code=4001&endedBy=client',
  );
  expect(selected.body.items).toMatchObject([{ closeCode: 4001, fromClient: { messages: 1 } }]);
});

test('a drain over REST closes the connections of that gateway with 1001, and reports its progress', async () => {
  const closes = clients.map((client) => once(client, 'close') as Promise<[number, Buffer]>);
  const [connection] = (await list()).items;
  const path = `/gateways/${connection?.gatewayId ?? ''}`;
  const drained = await call<Gateway>('POST', `${path}/drain`, { periodSeconds: 0 });
  expect([drained.status, drained.body.state, drained.body.drain?.total]).toEqual([202, 'draining', 1]);
  const [code, reason] = await Promise.race(closes);
  expect([code, reason.toString()]).toEqual([1001, 'gateway draining']);
  await vi.waitFor(async () => {
    const { body } = await call<Gateway>('GET', path);
    expect(body).toMatchObject({ state: 'draining', connections: 0, drain: { remaining: 0 } });
  }, longWait);
  expect(clients.filter(({ readyState }) => readyState === WebSocket.OPEN)).toHaveLength(1);
});

test('a drain that is taken back leaves the gateway open to connections, and is audited', async () => {
  const [connection] = (await list()).items;
  const id = connection?.gatewayId ?? '';
  await call<Gateway>('POST', `/gateways/${id}/drain`, { periodSeconds: 600 });
  const taken = await call<Gateway>('DELETE', `/gateways/${id}/drain`);
  expect([taken.status, taken.body.state, taken.body.drain]).toEqual([200, 'ready', null]);
  const gateway = fleet.gateways.find((one) => one.id === id);
  const client = new WebSocket(`${gateway?.urls[0] ?? ''}/echo`);
  await once(client, 'open');
  client.terminate();
  const audit = await call<{ items: { action: string }[] }>('GET', '/audit?action=gateway.undrain');
  expect(audit.body.items).toHaveLength(1);
});

test('while Redis is down, listing connections gets 503 and writes succeed; afterwards listing succeeds again', async () => {
  await fleet.redis.kill();
  const away = await call<{ code: string }>('GET', '/connections');
  expect([away.status, away.body.code]).toEqual([503, 'fleet_unavailable']);
  expect((await call('PATCH', '/tenants/acme', { name: 'Acme' })).status).toBe(200);
  await fleet.redis.start();
  await vi.waitFor(async () => expect((await list()).items).toHaveLength(2), longWait);
});

async function list(): Promise<ConnectionList> {
  return (await call<ConnectionList>('GET', '/connections')).body;
}

async function call<Body>(method: string, path: string, body?: object): Promise<Answer<Body>> {
  const response = await fetch(`${fleet.apiUrl}/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Body };
}

function open(path: string): Promise<ApiSocket<{ type: string }>> {
  const api = { url: fleet.apiUrl, onRemove: (end: () => void) => ends.push(end) };
  return openApiSocket(api, `/v1${path}`, { token: adminToken });
}
