import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { LightAbort } from '#libs/async';
import { healthCheckSchema, upstreamTlsSchema } from '#libs/contract';
import { lookupInSystem } from '../../../test/support/lookup-in-system.js';
import { openSocketsOf } from '../../../test/support/open-sockets.js';
import { longWait } from '../../../test/support/long-wait.js';
import { testCertificate } from '../../../test/support/tls-certificates.js';
import { createAddressPolicy } from '../addresses/address-policy.js';
import { parseUpstreamEndpoint } from '../upstream-endpoint.js';
import { probe } from './probe.js';
import type { ProbeOutcome } from './probe-outcome.js';

const policy = createAddressPolicy([{ address: '127.0.0.0', prefixLength: 8, family: 'ipv4' }]);
const stops: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

interface RunningTarget {
  url: string;
  sockets: ReadonlySet<Socket>;
}

async function running(server: Server, scheme = 'ws'): Promise<RunningTarget> {
  const sockets = openSocketsOf(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  stops.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`, sockets };
}

function serving(behave: (socket: Socket) => unknown): Promise<RunningTarget> {
  return running(
    createServer((socket) => {
      socket.on('error', () => undefined);
      behave(socket);
    }),
  );
}

function answering(text: string): Promise<RunningTarget> {
  return serving((socket) => socket.once('data', () => socket.write(text)));
}

async function webSocketServer(
  onConnection: (client: WebSocket) => void,
  options = {},
): Promise<RunningTarget> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, ...options });
  await once(server, 'listening');
  const sockets = new Set<Socket>();
  server.on('connection', (client, { socket }) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    client.on('error', () => undefined);
    onConnection(client);
  });
  stops.push(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, sockets };
}

function probing(
  url: string,
  check: object,
  { tls = {}, signal = new LightAbort() }: { tls?: object; signal?: LightAbort } = {},
): Promise<ProbeOutcome> {
  const target = {
    endpoint: parseUpstreamEndpoint(url),
    tls: upstreamTlsSchema.parse(tls),
    check: healthCheckSchema.parse({ timeoutMs: 5000, ...check }),
  };
  return probe(target, { policy, lookup: lookupInSystem, signal });
}

const soon = { timeoutMs: 100 };

describe('a TCP probe', () => {
  test('succeeds if a connection can be opened, and leaves none open', async () => {
    const target = await serving(() => undefined);
    expect(await probing(target.url, { type: 'tcp' })).toEqual({ isGood: true, detail: 'connected' });
    await vi.waitFor(() => expect(target.sockets.size).toBe(0), longWait);
  });

  test('fails if nothing listens, without reporting the address', async () => {
    const target = await serving(() => undefined);
    for (const stop of stops.splice(0)) await stop();
    const outcome = await probing(target.url, { type: 'tcp' });
    expect(outcome).toEqual({ isGood: false, detail: 'the connection was refused' });
  });

  test('dials no address that the policy forbids', async () => {
    const outcome = await probing('ws://10.0.0.1:80', { type: 'tcp' });
    expect(outcome).toEqual({ isGood: false, detail: 'its address may not be dialed' });
  });

  test('includes the TLS handshake for wss, with the options of the route', async () => {
    const [cert, key, ca] = await Promise.all(
      ['chat.crt', 'chat.key', 'ca.crt'].map((name) => testCertificate(name)),
    );
    const server = createTlsServer({ cert, key }, (socket) => socket.on('error', () => undefined));
    const { url } = await running(server, 'wss');
    const tls = { serverName: 'chat.test', ca };
    expect((await probing(url, { type: 'tcp' }, { tls })).isGood).toBe(true);
    expect(await probing(url, { type: 'tcp' })).toEqual({
      isGood: false,
      detail: 'its certificate is not accepted',
    });
  });

  test('ends at once when it is stopped', async () => {
    const signal = new LightAbort();
    const { url } = await serving((socket) => void socket.once('data', () => signal.abort()));
    const outcome = await probing(url, { type: 'http' }, { signal });
    expect(outcome.isGood).toBe(false);
  });
});

describe('an HTTP probe', () => {
  test.each([
    ['HTTP/1.1 200 OK', {}, true],
    ['HTTP/1.1 302 Found', {}, true],
    ['HTTP/1.1 404 Not Found', {}, false],
    ['HTTP/1.1 503 Service Unavailable', {}, false],
    ['HTTP/1.1 200 OK', { expectedStatus: [204] }, false],
    ['HTTP/1.1 404 Not Found', { expectedStatus: [204, 404] }, true],
  ])('judges the status: %s with %j', async (statusLine, check, isGood) => {
    const { url } = await answering(`${statusLine}\r\nContent-Length: 0\r\n\r\n`);
    const status = statusLine.split(' ')[1];
    expect(await probing(url, { type: 'http', ...check })).toEqual({
      isGood,
      detail: `the status is ${status}`,
    });
  });

  test('requests the path of the check, or else of the URL, with the Host of the upstream', async () => {
    const heads: string[] = [];
    const { url } = await serving((socket) =>
      socket.on('data', (chunk) => {
        heads.push(chunk.toString());
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      }),
    );
    await probing(`${url}/base`, { type: 'http' });
    await probing(`${url}/base`, { type: 'http', path: '/health?full=1' });
    expect(heads[0]).toMatch(/^GET \/base HTTP\/1.1\r\nHost: 127.0.0.1:\d+\r\n/);
    expect(heads[1]).toMatch(/^GET \/health\?full=1 HTTP/);
  });
});

describe('a WebSocket probe', () => {
  test('succeeds after a handshake, a ping and its pong, and closes with 1000', async () => {
    const closes: number[] = [];
    const target = await webSocketServer((client) => client.on('close', (code) => closes.push(code)));
    expect(await probing(target.url, { type: 'websocket' })).toEqual({
      isGood: true,
      detail: 'it answered the ping',
    });
    await vi.waitFor(() => expect(closes).toEqual([1000]), longWait);
  });

  test('ignores other messages until one contains the expected text', async () => {
    const { url } = await webSocketServer((client) => {
      client.send('welcome');
      client.on('message', (message: Buffer) => client.send(`you said ${message.toString()}`));
    });
    const check = { type: 'websocket', message: 'ready?', expect: 'said ready' };
    expect(await probing(url, check)).toEqual({
      isGood: true,
      detail: 'it answered the ping and the message',
    });
    expect(await probing(url, { ...check, expect: 'ok', ...soon })).toEqual({
      isGood: false,
      detail: 'it did not send the expected message within the timeout',
    });
  });

  test('offers the subprotocol of the check', async () => {
    const offered: string[] = [];
    const { url } = await webSocketServer((client) => offered.push(client.protocol));
    await probing(url, { type: 'websocket', subprotocol: 'mqtt' });
    expect(offered).toEqual(['mqtt']);
  });

  test('fails without a pong, though the handshake succeeded', async () => {
    const { url } = await webSocketServer(() => undefined, { autoPong: false });
    expect(await probing(url, { type: 'websocket', ...soon })).toEqual({
      isGood: false,
      detail: 'it did not send a pong within the timeout',
    });
  });

  test('fails if Sec-WebSocket-Accept is wrong', async () => {
    const { url } = await answering(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Accept: d3Jvbmc=\r\n\r\n',
    );
    expect(await probing(url, { type: 'websocket' })).toEqual({
      isGood: false,
      detail: 'its Sec-WebSocket-Accept is wrong',
    });
  });

  test('fails with another status', async () => {
    const { url } = await answering('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n');
    expect(await probing(url, { type: 'websocket' })).toEqual({
      isGood: false,
      detail: 'the status is 503, not 101',
    });
  });
});

describe.each(['http', 'websocket'])('a target of an %s probe', (type) => {
  test('that stays silent fails at the timeout, and keeps no socket', async () => {
    const target = await serving((socket) => socket.resume());
    const { isGood, detail } = await probing(target.url, { type, ...soon });
    expect(isGood).toBe(false);
    expect(detail).toContain('within the timeout');
    await vi.waitFor(() => expect(target.sockets.size).toBe(0), longWait);
  });

  test.each([
    ['garbage', 'SSH-2.0-OpenSSH_9.2\r\n', 'the answer is not HTTP'],
    [
      'a head without an end',
      `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}`,
      'the head of the answer is too long',
    ],
  ])('that sends %s fails', async (_, text, detail) => {
    const { url } = await answering(text);
    expect(await probing(url, { type })).toEqual({ isGood: false, detail });
  });

  test('that ends the connection fails', async () => {
    const { url } = await serving((socket) => socket.once('data', () => socket.end()));
    expect(await probing(url, { type })).toEqual({
      isGood: false,
      detail: 'the connection ended before the answer',
    });
  });
});

test('10 MB behind the head of an answer are not read', async () => {
  const { url, sockets } = await answering(
    `HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n${'x'.repeat(10_000_000)}`,
  );
  expect(await probing(url, { type: 'http' })).toEqual({ isGood: true, detail: 'the status is 200' });
  await vi.waitFor(() => expect(sockets.size).toBe(0), longWait);
});

test.each([
  [
    'one message',
    (client: WebSocket) => client.send('x'.repeat(10_000_000)),
    'it violated the WebSocket protocol',
  ],
  [
    'many messages',
    (client: WebSocket) => {
      for (let count = 0; count < 1000; count += 1) client.send('x'.repeat(10_000));
    },
    'it sent too much',
  ],
])('10 MB in %s end a WebSocket probe', async (_, flood, detail) => {
  const { url } = await webSocketServer(flood, { autoPong: false });
  expect(await probing(url, { type: 'websocket' })).toEqual({ isGood: false, detail });
});
