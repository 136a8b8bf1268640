import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { controlFrame, encodeFrame } from '../fuzz/frame-bytes.js';
import { ReceivedBytes } from '../fuzz/received-bytes.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { clientFrame, upstreamFrame } from '../support/joined-tunnel.js';
import { openSocket, upgradeRequest } from '../support/raw-request.js';
import { joinThroughGateway, RawUpstream, takeHead } from '../support/raw-upstream.js';

let world: GatewayWorld;
let server: RawUpstream;

beforeAll(async () => {
  world = await GatewayWorld.start();
  server = await RawUpstream.start();
  await world.route(await world.tenant(), { upstreams: [{ url: server.url }] });
});

afterEach(async () => {
  await world.expectNothingHeld();
  expect(world.records).toEqual([]);
});

afterAll(async () => {
  await world.close();
  await server.close();
});

describe('data in the same segment as the handshake', () => {
  test('arrives completely on both sides, and is counted', async () => {
    const early = Buffer.concat([clientFrame('first'), clientFrame('second')]);
    const greeting = Buffer.concat([upstreamFrame('welcome'), upstreamFrame('news')]);
    const { client, upstream } = await joinThroughGateway(world, server, { early, greeting });
    expect(await upstream.received.take(early.length)).toEqual(early);
    expect(await client.received.take(greeting.length)).toEqual(greeting);
    client.socket.end();
    await upstream.received.takeRest();
    upstream.socket.end();
    expect(await world.nextRecord()).toMatchObject({
      fromClient: { messages: 2, bytes: early.length },
      fromUpstream: { messages: 2, bytes: greeting.length },
    });
  });

  test('may end anywhere in a frame', async () => {
    const [sent, answered] = [clientFrame('a question'), upstreamFrame('an answer')];
    for (let cut = 1; cut < answered.length; cut += 1) {
      const [early, greeting] = [sent.subarray(0, cut), answered.subarray(0, cut)];
      const { client, upstream } = await joinThroughGateway(world, server, { early, greeting });
      client.socket.write(sent.subarray(cut));
      upstream.socket.write(answered.subarray(cut));
      expect(await upstream.received.take(sent.length)).toEqual(sent);
      expect(await client.received.take(answered.length)).toEqual(answered);
      client.socket.end();
      await upstream.received.takeRest();
      upstream.socket.end();
      expect(await world.nextRecord()).toMatchObject({
        fromClient: { messages: 1 },
        fromUpstream: { messages: 1 },
      });
    }
  });

  test('that RFC 6455 forbids closes the connection with 1002, and is not forwarded', async () => {
    const unmasked = upstreamFrame('not masked');
    const { client, upstream } = await joinThroughGateway(world, server, { early: unmasked });
    const close = await client.received.takeRest();
    expect(close.readUInt16BE(2)).toBe(1002);
    client.socket.end();
    const [first = 0] = await upstream.received.takeRest();
    expect(first).toBe(0x88);
    upstream.socket.end();
    expect(await world.nextRecord()).toMatchObject({ endedBy: 'gateway', closeCode: 1002 });
  });

  test('may be a close frame of the upstream, which the client gets after the 101', async () => {
    const greeting = encodeFrame(controlFrame(8, Buffer.from([0x0f, 0xa0]), null));
    const { client, upstream } = await joinThroughGateway(world, server, { greeting });
    expect(await client.received.take(greeting.length)).toEqual(greeting);
    client.socket.end();
    await upstream.received.takeRest();
    upstream.socket.end();
    expect(await world.nextRecord()).toMatchObject({ endedBy: 'upstream', closeCode: 4000 });
  });
});

test('may be megabytes of a client before the 101, all of which are forwarded after it', async () => {
  const early = clientFrame(Buffer.alloc(4 * 1024 * 1024, 'early'));
  const asked = server.nextHandshake();
  const client = await openSocket(world.port);
  client.write(Buffer.concat([Buffer.from(upgradeRequest('/'), 'latin1'), early]));
  const handshake = await asked;
  const received = new ReceivedBytes(handshake.socket);
  handshake.accept();
  expect(await takeHead(client)).toContain(' 101 ');
  expect((await received.take(early.length)).equals(early)).toBe(true);
  client.resume().end();
  await received.takeRest();
  handshake.socket.end();
  expect(await world.nextRecord()).toMatchObject({ fromClient: { messages: 1, bytes: early.length } });
});
