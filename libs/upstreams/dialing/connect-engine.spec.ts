import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { LightAbort } from '#libs/async';
import { EngineSocket, type UpgradeExchange } from '#libs/engine';
import { createEngine } from '../../../test/support/engine-sockets.js';
import { parseUpstreamEndpoint } from '../upstream-endpoint.js';
import { connectEngine } from './connect-engine.js';
import type { Connecting, ConnectResult } from './connect-result.js';

const request = 'GET / HTTP/1.1\r\nHost: upstream.test\r\n\r\n';
const switching =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: chat\r\n\r\n';

const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

interface Begun {
  connecting: Promise<ConnectResult>;
  /** The upstream's end of the connection, after it has received the request. */
  peer: Socket;
}

async function begin(
  exchange: Partial<UpgradeExchange> = {},
  options: Partial<Connecting> = {},
): Promise<Begun> {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const engine = createEngine();
  const given: Connecting = {
    endpoint: parseUpstreamEndpoint(`ws://127.0.0.1:${port}`),
    address: '127.0.0.1',
    timeoutMs: 60_000,
    signal: undefined,
    onOpen: undefined,
    exchange: {
      request,
      key: 'dGhlIHNhbXBsZSBub25jZQ==',
      protocols: ['chat', 'other'],
      mayCompress: false,
      maxMs: 60_000,
      ...exchange,
    },
    ...options,
  };
  const connecting = new Promise<ConnectResult>((resolve) => {
    connectEngine(
      given,
      (address, upstreamPort, begun) => engine.connect(address, upstreamPort, begun),
      resolve,
    );
  });
  const [peer] = (await once(server, 'connection')) as [Socket];
  cleanups.push(
    () => server.close().unref(),
    () => peer.destroy(),
  );
  if (options.exchange !== null) expect(String(await once(peer, 'data'))).toBe(request);
  return { connecting, peer };
}

/** The bytes that the socket reads until the peer ends. */
async function bytesOf(result: ConnectResult): Promise<string> {
  if (!result.ok || !(result.socket instanceof EngineSocket)) throw new Error('no socket of the engine');
  return String(await buffer(result.socket.toStream()));
}

test('an upstream that switches protocols is connected with its answer, and later bytes are kept', async () => {
  const { connecting, peer } = await begin();
  peer.end(`${switching}frames`);
  const result = await connecting;
  expect(result).toMatchObject({ ok: true, sent: { switched: { protocol: 'chat', extensions: '' } } });
  expect(await bytesOf(result)).toBe('frames');
});

test.each([
  ['another status', 'HTTP/1.1 401 Unauthorized\r\n\r\n'],
  ['another key', switching.replace('s3pPL', 's3pPM')],
  [
    'an extension that was not offered',
    switching.replace('\r\n\r\n', '\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n'),
  ],
  ['no end', switching.slice(0, -2)],
])('an answer with %s is left to TypeScript, from its first byte', async (_name, answer) => {
  const { connecting, peer } = await begin();
  peer.end(answer);
  const result = await connecting;
  expect(result).toMatchObject({ ok: true, sent: { switched: null } });
  expect(await bytesOf(result)).toBe(answer);
});

test('a slow upstream is connected without its answer, which is read afterwards', async () => {
  const { connecting, peer } = await begin({ maxMs: 20 });
  peer.write(switching.slice(0, 10));
  const result = await connecting;
  expect(result).toMatchObject({ ok: true, sent: { switched: null } });
  peer.end(switching.slice(10));
  expect(await bytesOf(result)).toBe(switching);
});

test('an abort does not close a connection whose request was sent', async () => {
  const signal = new LightAbort();
  const { connecting, peer } = await begin({}, { signal });
  signal.abort();
  const result = await connecting;
  expect(result).toMatchObject({ ok: true, sent: { switched: null } });
  peer.end('late');
  expect(await bytesOf(result)).toBe('late');
});

test('a connection without an exchange sends nothing', async () => {
  const { connecting, peer } = await begin({}, { exchange: null });
  const result = await connecting;
  expect(result).toMatchObject({ ok: true, sent: null });
  peer.end('first');
  expect(await bytesOf(result)).toBe('first');
});
