import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { longWait } from '../support/long-wait.js';
import { startSluice, type SluiceInProcess } from '../support/start-sluice.js';
import { adminToken } from '../support/sluice-settings.js';

interface ApiMessage {
  type: string;
  status?: number;
  headers?: { name: string; value: string }[];
  subprotocol?: string;
  body?: string | null;
  problem?: { code: string; detail?: string; errors?: { field: string; message: string }[] };
  data?: string;
  code?: number;
  reason?: string;
}

let sluice: SluiceInProcess;
let upstream: WebSocketServer;
let requests: IncomingMessage[] = [];
const clients: WebSocket[] = [];
beforeAll(async () => {
  upstream = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    handleProtocols: (offered) => [...offered][0] ?? false,
  });
  await once(upstream, 'listening');
  upstream.on('headers', (lines) => lines.push('X-Answer: <b>hello</b>'));
  upstream.on('connection', (socket, request) => {
    requests.push(request);
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  sluice = await startSluice();
  const { port } = upstream.address() as AddressInfo;
  const url = `ws://127.0.0.1:${port}`;
  const route = { name: 'open', match: { path: '/open' }, auth: { mode: 'none' }, upstreams: [{ url }] };
  await sluice.rest.call('POST', '/tenants/demo/routes', route);
  const keyed = { name: 'keyed', match: { path: '/keyed' }, upstreams: [{ url }] };
  await sluice.rest.call('POST', '/tenants/demo/routes', keyed, { Prefer: 'wait=15' });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.terminate();
  requests = [];
});
afterAll(async () => {
  await sluice.close();
  upstream.close();
});

/** A client of the test connection, and its messages: JSON, or bytes. */
async function connect(
  token = adminToken,
  headers: Record<string, string> = {},
): Promise<{
  client: WebSocket;
  next: () => Promise<ApiMessage | Buffer>;
  closed: Promise<[number, string]>;
}> {
  const url = `${sluice.rest.webSocketUrl}/test-connection`;
  const client = new WebSocket(url, ['sluice.test'], {
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
  clients.push(client);
  const received: (ApiMessage | Buffer)[] = [];
  client.on('message', (data: Buffer, isBinary) =>
    received.push(isBinary ? data : (JSON.parse(data.toString()) as ApiMessage)),
  );
  const closed = new Promise<[number, string]>((resolve) => {
    client.once('close', (code, reason) => resolve([code, reason.toString()]));
  });
  await once(client, 'open');
  const next = async (): Promise<ApiMessage | Buffer> => {
    await vi.waitFor(() => expect(received).not.toEqual([]), longWait);
    return received.shift() ?? Buffer.alloc(0);
  };
  return { client, next, closed };
}

/** The first message after the request to open `path` at the gateway, or a URL. */
async function answerTo(path: string, extras: object = {}): Promise<ApiMessage> {
  const { client, next, closed } = await connect();
  const url = path.startsWith('/') ? sluice.gatewayUrl + path : path;
  client.send(JSON.stringify({ type: 'open', url, ...extras }));
  const answer = (await next()) as ApiMessage;
  if (answer.type !== 'opened') expect(await closed).toEqual([1000, '']);
  return answer;
}

function sent(client: WebSocket, message: object): void {
  client.send(JSON.stringify(message));
}

test('header fields arrive at the upstream, and text and binary messages pass both ways', async () => {
  const { client, next, closed } = await connect();
  const headers = [
    { name: 'X-Room', value: 'seven' },
    { name: 'Origin', value: 'https://acme.example' },
  ];
  sent(client, { type: 'open', url: `${sluice.gatewayUrl}/open?a=1`, headers, subprotocols: ['chat.v1'] });
  const opened = (await next()) as ApiMessage;
  expect(opened).toMatchObject({ type: 'opened', status: 101, subprotocol: 'chat.v1' });
  expect(opened.headers).toContainEqual({ name: 'X-Answer', value: '<b>hello</b>' });
  expect(requests[0]?.url).toBe('/open?a=1');
  expect(requests[0]?.headers).toMatchObject({ 'x-room': 'seven', origin: 'https://acme.example' });
  sent(client, { type: 'text', data: 'hello "you"' });
  expect(await next()).toEqual({ type: 'text', data: 'hello "you"' });
  client.send(Buffer.from([0xde, 0xad]));
  expect(await next()).toEqual(Buffer.from([0xde, 0xad]));
  sent(client, { type: 'close', code: 4001, reason: 'done' });
  expect(await next()).toEqual({ type: 'closed', code: 4001, reason: 'done' });
  expect(await closed).toEqual([1000, '']);
});

test('a key in a header field opens a route that requires one, without the credentials of the session', async () => {
  const { key } = await sluice.rest.call(
    'POST',
    '/tenants/demo/api-keys',
    { name: 'client' },
    { Prefer: 'wait=15' },
  );
  const { client, next } = await connect(adminToken, { cookie: 'other=1' });
  const headers = [{ name: 'X-Api-Key', value: key }];
  sent(client, { type: 'open', url: `${sluice.gatewayUrl}/keyed`, headers });
  expect(await next()).toMatchObject({ type: 'opened' });
  expect(requests).toHaveLength(1);
  expect(requests[0]?.headers).not.toHaveProperty('cookie');
  expect(requests[0]?.headers).not.toHaveProperty('authorization');
  expect(JSON.stringify(requests[0]?.rawHeaders)).not.toContain(adminToken);
});

test('a refused handshake shows the problem document of the gateway', async () => {
  const answer = await answerTo('/keyed');
  expect(answer).toMatchObject({ type: 'refused', status: 401 });
  expect(JSON.parse(answer.body ?? '')).toMatchObject({ code: 'key_required' });
});

test('a forbidden address, and the listener of the API, are not dialed', async () => {
  for (const url of [
    'ws://10.1.2.3/',
    'ws://169.254.169.254/',
    'ws://[::1]:1/',
    sluice.apiUrl.replace('http', 'ws'),
  ]) {
    const { problem } = await answerTo(url);
    expect([url, problem?.code]).toEqual([url, 'upstream_forbidden_address']);
  }
});

test('header fields of the handshake, the connection and proxies are refused by name', async () => {
  const names = ['Host', 'Connection', 'Upgrade', 'TE', 'Sec-WebSocket-Key', 'sec-websocket-protocol'];
  for (const name of [...names, 'Content-Length', 'X-Forwarded-For', 'X_Forwarded_For', 'Forwarded', 'Via']) {
    const { problem } = await answerTo('/open', {
      headers: [
        { name: 'X-A', value: '1' },
        { name, value: '1' },
      ],
    });
    expect(problem).toMatchObject({
      code: 'validation_failed',
      errors: [{ field: 'headers.1.name', message: expect.stringContaining(name) as string }],
    });
  }
  expect(requests).toEqual([]);
});

test.each([
  ['a line break in a value', { headers: [{ name: 'X-A', value: 'a\r\nX-B: b' }] }, 'headers.0.value'],
  ['a name that occurs twice', { headers: ['X-A', 'x-a'].map((name) => ({ name, value: '' })) }, 'headers'],
  ['a subprotocol that is no token', { subprotocols: ['a b'] }, 'subprotocols.0'],
  ['another scheme', { url: 'http://127.0.0.1/' }, 'url'],
  ['credentials in the URL', { url: 'ws://a:b@127.0.0.1/' }, 'url'],
  ['an unknown field', { extra: 1 }, 'extra'],
])('%s is refused', async (_what, extras, field) => {
  const { problem } = await answerTo('/open', extras);
  expect(problem).toMatchObject({ code: 'validation_failed', errors: [{ field }] });
});

test('a message before the connection is open is refused, and so is one that is no JSON', async () => {
  for (const [message, code] of [
    [JSON.stringify({ type: 'text', data: 'early' }), 'invalid_request'],
    [Buffer.from('early'), 'invalid_request'],
    ['no JSON', 'validation_failed'],
  ] as const) {
    const { client, next } = await connect();
    client.send(message);
    expect(await next()).toMatchObject({ type: 'failed', problem: { code } });
  }
});

test('a message above 1 MiB of the upstream ends the test with 1009', async () => {
  const { client, next } = await connect();
  sent(client, { type: 'open', url: `${sluice.gatewayUrl}/open` });
  await next();
  for (const socket of upstream.clients) socket.send(Buffer.alloc(1024 * 1024 + 1));
  expect(await next()).toMatchObject({ type: 'closed', code: 1009 });
});

test('a revoked key ends its test connections with 1008, and the connection at the gateway', async () => {
  const { id, key } = await sluice.rest.call('POST', '/tenants/demo/api-keys', {
    name: 'm',
    scopes: ['manage'],
  });
  const { client, next, closed } = await connect(key);
  sent(client, { type: 'open', url: `${sluice.gatewayUrl}/open` });
  await next();
  const [atUpstream] = upstream.clients;
  const ended = new Promise((resolve) => atUpstream?.once('close', resolve));
  await sluice.rest.call('DELETE', `/tenants/demo/api-keys/${id}`);
  expect(await closed).toEqual([1008, 'key revoked']);
  expect(await ended).toBe(1001);
});

test('a test connection is audited before it is dialed, with the URL but not the query, and its tenant sees it', async () => {
  const key = await sluice.rest.call('POST', '/tenants/demo/api-keys', {
    name: 'audited',
    scopes: ['manage'],
  });
  const { client, next } = await connect(key.key);
  const headers = [{ name: 'X-Api-Key', value: 'slc_in_header' }];
  sent(client, { type: 'open', url: 'ws://127.0.0.1:1/closed?api_key=slc_in_query', headers });
  expect(await next()).toMatchObject({ type: 'failed' });
  const trail = await sluice.rest.call('GET', `/audit?actor=${key.id}`, undefined, {
    authorization: `Bearer ${key.key}`,
  });
  const actor = { kind: 'apiKey', id: key.id };
  const targetId = 'ws://127.0.0.1:1/closed';
  expect(trail.items).toMatchObject([{ action: 'testConnection.open', actor, targetId, details: null }]);
  expect(JSON.stringify(trail)).not.toContain('slc_in');
});

test('each tenant has at most 10 test connections, and each end makes room for another', async () => {
  const { key } = await sluice.rest.call('POST', '/tenants/demo/api-keys', {
    name: 'ten',
    scopes: ['manage'],
  });
  const open = await Promise.all(Array.from({ length: 10 }, () => connect(key)));
  const eleventh = new WebSocket(`${sluice.rest.webSocketUrl}/test-connection`, {
    headers: { authorization: `Bearer ${key}` },
  });
  eleventh.on('error', () => undefined);
  const [, response] = (await once(eleventh, 'unexpected-response')) as [unknown, IncomingMessage];
  expect(response.statusCode).toBe(429);
  response.resume();
  open[0]?.client.close();
  await open[0]?.closed;
  await vi.waitFor(() => connect(key), longWait);
});
