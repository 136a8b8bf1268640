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

async function routeTo(urls: readonly string[], timeouts: object = {}): Promise<void> {
  await world.route(await world.tenant(), { upstreams: urls.map((url) => ({ url })), timeouts });
}

function onceAsked(act: Behaviour): Behaviour {
  return (socket) => socket.once('data', () => act(socket));
}

async function refusalCode(): Promise<unknown> {
  const { body } = await rawRequest(world.port, upgradeRequest('/'));
  return (JSON.parse(body) as { code: string }).code;
}

describe('an upstream that closes the connection without an answer', () => {
  test.each<[string, Behaviour]>([
    ['with a FIN after the request', onceAsked((socket) => socket.end())],
    ['with a reset after the request', onceAsked((socket) => socket.resetAndDestroy())],
    ['as soon as it is connected', (socket) => socket.destroy()],
  ])('%s makes the gateway try the next upstream, at every handshake', async (_, behave) => {
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

  test('loses no data of the client: the next upstream gets the whole request and the early data', async () => {
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

  test('results in 502 upstream_bad_handshake if no other upstream is reachable', async () => {
    const leaving = await upstreamThat(onceAsked((socket) => socket.end()));
    await routeTo([leaving.url, 'ws://127.0.0.1:9']);
    expect(await refusalCode()).toBe('upstream_bad_handshake');
    expect(await refusalCode()).toBe('upstream_bad_handshake');
  });

  test('counts as one of at most 16 attempts of a request', async () => {
    const leaving = await upstreamThat(onceAsked((socket) => socket.end()));
    await routeTo(Array.from({ length: 64 }, (_, index) => `${leaving.url}/${index}`));
    expect(await refusalCode()).toBe('upstream_bad_handshake');
    expect(leaving.connections).toBe(16);
  });

  test('leaves the next upstream only the rest of handshakeMs', async () => {
    const leaving = await upstreamThat(onceAsked((socket) => void setTimeout(() => socket.end(), 2500)));
    const silent = await upstreamThat(() => undefined);
    await routeTo([leaving.url, silent.url], { handshakeMs: 5000 });
    expect(await refusalCode()).toBe('upstream_timeout');
    expect(silent.connections).toBe(1);
    const { durationMs } = await world.nextRecord();
    expect(durationMs).toBeLessThan(7300);
  });
});

describe('no other upstream is tried', () => {
  test.each<[string, string, number]>([
    ['an invalid 101', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n', 502],
    ['an ordinary answer', 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n', 404],
    ['a part of an answer', 'HTTP/1.1 101 Switching', 502],
    ['only an interim answer', 'HTTP/1.1 103 Early Hints\r\n\r\n', 502],
    ['another protocol', '220 mail.test\r\n', 502],
  ])('after %s', async (_, text, status) => {
    const answering = await upstreamThat(onceAsked((socket) => socket.end(text)));
    const next = await upstreamThat(() => undefined);
    await routeTo([answering.url, next.url]);
    const answer = await rawRequest(world.port, upgradeRequest('/'));
    expect(answer.status).toBe(status);
    expect(next.connections).toBe(0);
  });

  test('after handshakeMs of silence', async () => {
    const silent = await upstreamThat(() => undefined);
    const next = await upstreamThat(() => undefined);
    await routeTo([silent.url, next.url], { handshakeMs: 50 });
    expect(await refusalCode()).toBe('upstream_timeout');
    expect(next.connections).toBe(0);
  });
});

test('when the client disconnects, no further upstream is tried', async () => {
  const client = await openSocket(world.port);
  const leaving = await upstreamThat(onceAsked(() => client.destroy()));
  const next = await upstreamThat(() => undefined);
  await routeTo([leaving.url, next.url]);
  client.write(upgradeRequest('/'));
  expect(await world.nextRecord()).toMatchObject({ outcome: 'refused', code: 'client_gone' });
  expect(next.connections).toBe(0);
});
