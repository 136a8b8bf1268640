import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startEcho, type RunningEcho } from '../../apps/echo/start-echo.js';
import { CountingUpstream } from '../support/counting-upstream.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { clientFrame } from '../support/joined-tunnel.js';
import { openSocket, rawRequest, upgradeRequest } from '../support/raw-request.js';
import { RawUpstream, takeHead } from '../support/raw-upstream.js';
import { ReceivedBytes } from '../fuzz/received-bytes.js';

type Behaviour = (socket: Socket) => void;

let world: GatewayWorld;
let echo: RunningEcho;
let upstreams: CountingUpstream[];

beforeEach(async () => {
  upstreams = [];
  world = await GatewayWorld.start();
  echo = await startEcho({ listen: { host: '127.0.0.1', port: 0 } });
});

afterEach(async () => {
  await world.expectNothingHeld();
  await world.close();
  await echo.close();
  for (const upstream of upstreams) await upstream.close();
});

async function upstreamThat(behave: Behaviour): Promise<CountingUpstream> {
  const upstream = await CountingUpstream.start(behave);
  upstreams.push(upstream);
  return upstream;
}

async function routeTo(urls: readonly string[], timeouts: object = {}, retries: object = {}): Promise<void> {
  const upstreams = urls.map((url) => ({ url }));
  await world.route(await world.tenant(), { upstreams, timeouts, retries });
}

function onceAsked(act: Behaviour): Behaviour {
  return (socket) => socket.once('data', () => act(socket));
}

async function openAndClose(): Promise<void> {
  const client = new WebSocket(world.url);
  await once(client, 'open');
  client.close();
  await once(client, 'close');
}

async function refusalCode(): Promise<unknown> {
  const { body } = await rawRequest(world.port, upgradeRequest('/'));
  return (JSON.parse(body) as { code: string }).code;
}

describe('an upstream that closes the connection without an answer', () => {
  test.each<[string, Behaviour]>([
    ['with a FIN behind the request', onceAsked((socket) => socket.end())],
    ['with a reset behind the request', onceAsked((socket) => socket.resetAndDestroy())],
    ['as soon as it is connected', (socket) => socket.destroy()],
  ])('%s, is followed by the next one, at every handshake', async (_, behave) => {
    const leaving = await upstreamThat(behave);
    await routeTo([leaving.url, echo.url]);
    for (let count = 0; count < 6; count += 1) {
      const client = new WebSocket(world.url);
      await once(client, 'open');
      client.close();
      await once(client, 'close');
      expect(await world.nextRecord()).toMatchObject({ outcome: 'ended', upstreamUrl: echo.url });
    }
    expect(leaving.connections).toBe(3);
  });

  test('loses no data of the client: the next one gets the whole request and the data behind it', async () => {
    const early = clientFrame('sent before the 101');
    const next = await RawUpstream.start();
    const leaving = await upstreamThat(onceAsked((socket) => socket.end()));
    await routeTo([leaving.url, next.url]);
    const handshake = next.nextHandshake();
    const client = await openSocket(world.port);
    client.write(Buffer.concat([Buffer.from(upgradeRequest('/chat?a=1')), early]));
    const pending = await handshake;
    pending.accept();
    expect(await takeHead(client)).toMatch(/^HTTP\/1.1 101 /);
    expect(await new ReceivedBytes(pending.socket).take(early.length)).toEqual(early);
    client.end();
    pending.socket.end();
    expect(leaving.received).toMatch(/^GET \/chat\?a=1 HTTP\/1.1\r\n/);
    expect(leaving.received).not.toContain(early.toString('latin1'));
    await world.nextRecord();
    await next.close();
  });

  test('leads to 502 upstream_bad_handshake if no other upstream can be connected to', async () => {
    const leaving = await upstreamThat(onceAsked((socket) => socket.end()));
    await routeTo([leaving.url, 'ws://127.0.0.1:9']);
    expect(await refusalCode()).toBe('upstream_bad_handshake');
    expect(await refusalCode()).toBe('upstream_bad_handshake');
  });

  test('is one of at most three that a request tries', async () => {
    const leaving = [];
    for (let count = 0; count < 5; count += 1) {
      leaving.push(await upstreamThat(onceAsked((socket) => socket.end())));
    }
    await routeTo(leaving.map(({ url }) => url));
    expect(await refusalCode()).toBe('upstream_bad_handshake');
    expect(leaving.map(({ connections }) => connections)).toEqual([1, 1, 1, 0, 0]);
  });

  test('leaves only the rest of handshakeMs to the next one', async () => {
    const leaving = await upstreamThat(onceAsked((socket) => void setTimeout(() => socket.end(), 2000)));
    const silent = await upstreamThat(() => undefined);
    await routeTo([leaving.url, silent.url], { handshakeMs: 5000 });
    expect(await refusalCode()).toBe('upstream_bad_handshake');
    expect(silent.connections).toBe(1);
    const { durationMs } = await world.nextRecord();
    // 5000 ms for both; 7000 ms if the second one had as much as the first.
    expect(durationMs).toBeLessThan(6800);
  });
});

describe('the next upstream is tried after', () => {
  test.each<[string, string]>([
    ['a 101 that is wrong', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n'],
    ['the status 502', 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n'],
    ['the status 503', 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nfull'],
    ['the status 504', 'HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n'],
    ['a part of an answer', 'HTTP/1.1 101 Switching'],
    ['an interim answer alone', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
    ['another protocol', '220 mail.test\r\n'],
  ])('%s', async (_, text) => {
    const failing = await upstreamThat(onceAsked((socket) => socket.end(text)));
    await routeTo([failing.url, echo.url]);
    await openAndClose();
    expect(failing.connections).toBe(1);
    expect(await world.nextRecord()).toMatchObject({ outcome: 'ended', upstreamUrl: echo.url });
  });

  test('half of handshakeMs without an answer', async () => {
    const silent = await upstreamThat(() => undefined);
    // The echo server must answer within the second half, also on a busy machine.
    await routeTo([silent.url, echo.url], { handshakeMs: 2000 });
    await openAndClose();
    expect(silent.connections).toBe(1);
    expect(silent.openSockets).toBe(0);
    expect(await world.nextRecord()).toMatchObject({ outcome: 'ended', upstreamUrl: echo.url });
  });
});

describe('no other upstream is tried', () => {
  test.each<[string, string, number]>([
    ['after an answer of the application', 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n', 404],
    ['after an error of the application', 'HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n', 500],
  ])('%s', async (_, text, status) => {
    const answering = await upstreamThat(onceAsked((socket) => socket.end(text)));
    const next = await upstreamThat(() => undefined);
    await routeTo([answering.url, next.url]);
    const answer = await rawRequest(world.port, upgradeRequest('/'));
    expect(answer.status).toBe(status);
    expect(next.connections).toBe(0);
  });

  test('if the route allows no retries', async () => {
    const full = 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n';
    const failing = await upstreamThat(onceAsked((socket) => socket.end(full)));
    const next = await upstreamThat(() => undefined);
    await routeTo([failing.url, next.url], {}, { attempts: 0 });
    expect((await rawRequest(world.port, upgradeRequest('/'))).status).toBe(503);
    expect(next.connections).toBe(0);
  });
});

test('if all upstreams fail, the client gets the complete first answer with a status', async () => {
  const body = 'Retry later';
  const text = `HTTP/1.1 503 Full\r\nRetry-After: 7\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const full = await upstreamThat(onceAsked((socket) => socket.end(text)));
  const other = await upstreamThat(onceAsked((socket) => socket.end('HTTP/1.1 502 Other\r\n\r\n')));
  const leaving = await upstreamThat(onceAsked((socket) => socket.end()));
  await routeTo([full.url, other.url, leaving.url]);
  const answer = await rawRequest(world.port, upgradeRequest('/'));
  expect(answer.status).toBe(503);
  expect(answer.headers['retry-after']).toBe('7');
  expect(answer.body).toBe(body);
  expect(await world.nextRecord()).toMatchObject({ code: 'upstream_answer', upstreamUrl: full.url });
  await expect.poll(() => other.openSockets).toBe(0);
});

test('while all upstreams fail, retries stay within their budget', async () => {
  const full = 'HTTP/1.1 503 Full\r\nContent-Length: 0\r\n\r\n';
  const failing = [];
  for (let count = 0; count < 3; count += 1) {
    failing.push(await upstreamThat(onceAsked((socket) => socket.end(full))));
  }
  const retries = { budgetPercent: 20, minPerSecond: 0 };
  await routeTo(
    failing.map(({ url }) => url),
    {},
    retries,
  );
  const statuses = await Promise.all(
    Array.from({ length: 100 }, async () => (await rawRequest(world.port, upgradeRequest('/'))).status),
  );
  expect(new Set(statuses)).toEqual(new Set([503]));
  const asked = failing.reduce((sum, { connections }) => sum + connections, 0);
  expect(asked).toBeGreaterThan(100);
  expect(asked).toBeLessThanOrEqual(120);
});

test('no further upstream is tried after the client has disconnected', async () => {
  const client = await openSocket(world.port);
  const leaving = await upstreamThat(onceAsked(() => client.destroy()));
  const next = await upstreamThat(() => undefined);
  await routeTo([leaving.url, next.url]);
  client.write(upgradeRequest('/'));
  expect(await world.nextRecord()).toMatchObject({ outcome: 'refused', code: 'client_gone' });
  expect(next.connections).toBe(0);
});
