import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CountingUpstream } from '../support/counting-upstream.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { clientFrame, upstreamFrame } from '../support/joined-tunnel.js';
import { openSocket, rawRequest, upgradeRequest } from '../support/raw-request.js';
import { joinThroughGateway, RawUpstream } from '../support/raw-upstream.js';
import { testCertificate } from '../support/tls-certificates.js';

let world: GatewayWorld;
const upstreams: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  world = await GatewayWorld.start({ SLUICE_ENGINE: 'native' }, () => undefined);
});

afterEach(async () => {
  await world.expectNothingHeld();
  await world.close();
  for (const upstream of upstreams.splice(0)) await upstream.close();
});

async function startUpstream(isTls = false): Promise<RawUpstream> {
  const upstream = await RawUpstream.start(
    isTls ? { cert: await testCertificate('chat.crt'), key: await testCertificate('chat.key') } : null,
  );
  upstreams.push(upstream);
  const upstreamTls = { verify: false };
  await world.route(await world.tenant(), {
    upstreams: [{ url: upstream.url }],
    ...(isTls && { upstreamTls }),
  });
  return upstream;
}

test.each([
  ['a plain upstream', false],
  ['an upstream that speaks TLS', true],
])(
  'a client and %s get every byte of each other in order, including bytes from before the join',
  async (_name, isTls) => {
    const upstream = await startUpstream(isTls);
    const large = randomBytes(40_000);
    const [early, late] = [clientFrame(large), clientFrame(randomBytes(1_000_000))];
    const [greeting, answer] = [upstreamFrame(large), upstreamFrame(randomBytes(1_000_000))];
    const joined = await joinThroughGateway(world, upstream, { early, greeting });
    expect(world.gateway.held().sockets).toBe(1);
    joined.client.socket.write(late);
    joined.upstream.socket.write(answer);
    const sent = Buffer.concat([early, late]);
    expect((await joined.upstream.received.take(sent.length)).equals(sent)).toBe(true);
    const toClient = Buffer.concat([greeting, answer]);
    expect((await joined.client.received.take(toClient.length)).equals(toClient)).toBe(true);
    joined.client.socket.end();
    await joined.upstream.received.takeRest();
    joined.upstream.socket.end();
    await joined.client.received.takeRest();
    expect(await world.nextRecord()).toMatchObject({ outcome: 'ended', endedBy: 'client' });
  },
);

test('an answer of an upstream other than 101 reaches the client completely, with any length', async () => {
  const body = randomBytes(2 * 1024 * 1024);
  const head = `HTTP/1.1 404 Not Found\r\nContent-Length: ${body.length}\r\n\r\n`;
  const upstream = await CountingUpstream.start((socket) =>
    socket.once('data', () => socket.end(Buffer.concat([Buffer.from(head), body]))),
  );
  upstreams.push(upstream);
  await world.route(await world.tenant(), { upstreams: [{ url: upstream.url }] });
  const answer = await rawRequest(world.port, upgradeRequest('/'));
  expect(answer.status).toBe(404);
  expect(Buffer.from(answer.body, 'latin1').equals(body)).toBe(true);
});

test.each([false, true])('a drain closes all connections with 1001; TLS: %s', async (isTls) => {
  const upstream = await startUpstream(isTls);
  const joined = [await joinThroughGateway(world, upstream), await joinThroughGateway(world, upstream)];
  const drained = world.gateway.drain();
  for (const { client, upstream: other } of joined) {
    const close = await client.received.take(4);
    expect(close.readUInt16BE(2)).toBe(1001);
    client.socket.write(Buffer.concat([Buffer.from([0x88, 0x82, 0, 0, 0, 0]), close.subarray(2, 4)]));
    await other.received.take(1);
    other.socket.write(upstreamFrame('').fill(0x88, 0, 1));
    await client.received.takeRest();
    for (const { socket } of [client, other]) socket.end();
  }
  await drained;
  expect((await rawRequest(world.port, upgradeRequest('/'))).status).toBe(503);
});

test.each([false, true])('a stopping gateway disconnects clients in every state; TLS: %s', async (isTls) => {
  const upstream = await startUpstream(isTls);
  const joined = await joinThroughGateway(world, upstream);
  const silent = await openSocket(world.port);
  const slow = await openSocket(world.port);
  slow.write('GET / HTTP/1.1\r\n');
  const plain = await openSocket(world.port);
  plain.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const waiting = await openSocket(world.port);
  const asked = upstream.nextHandshake();
  waiting.write(upgradeRequest('/'));
  await asked;
  const closed = [joined.client.socket, silent, slow, plain, waiting].map(async (socket) => {
    socket.resume();
    if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  });
  for (const socket of [joined.client.socket, silent, slow, plain, waiting]) {
    socket.on('end', () => socket.end());
  }
  await world.gateway.close();
  await Promise.all(closed);
});
