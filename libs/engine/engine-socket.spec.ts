import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { accept, createEngine, joinWith, type AcceptedByEngine } from '../../test/support/engine-sockets.js';
import { clientFrame, readBytes } from '../../test/support/joined-tunnel.js';
import { untilSteady } from '../../test/support/until-steady.js';
import type { EngineSocket } from './engine-socket.js';

const host = '127.0.0.1';
let server: Server | null = null;

afterEach(() => {
  server?.close();
  server = null;
});

/** Reads everything that the socket sends, without closing it. */
async function textFrom(socket: Duplex): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'end');
  return String(Buffer.concat(chunks));
}

async function listenWithNode(): Promise<number> {
  server = createServer({ allowHalfOpen: true }).listen(0, host);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test('a socket without a reader buffers a bounded number of bytes, then delivers all of them', async () => {
  const { near, peer } = await accept(createEngine());
  const chunk = randomBytes(1024 * 1024);
  const sent = Buffer.concat(Array.from({ length: 64 }, () => chunk));
  for (let index = 0; index < 64; index += 1) peer.write(chunk);
  peer.end();
  near.once('readable', () => undefined);
  const taken = await untilSteady(() => sent.length - peer.writableLength);
  // The size of the system buffers, plus one inbox.
  expect(taken).toBeLessThan(sent.length / 2);
  expect(near.readableLength).toBeLessThan(1024 * 1024);
  expect((await buffer(near)).equals(sent)).toBe(true);
});

test('a socket applies backpressure while its peer reads slowly, then writes all bytes', async () => {
  const { near, peer } = await accept(createEngine());
  peer.pause();
  const chunk = randomBytes(1024 * 1024);
  let written = 0;
  near.write(chunk, () => (written += 1));
  while (near.writableLength === 0) near.write(chunk, () => (written += 1));
  const waiting = near.writableLength / chunk.length;
  expect(near.writableNeedDrain).toBe(true);
  near.end();
  const received = await buffer(peer);
  expect(received.length % chunk.length).toBe(0);
  expect(written).toBe(received.length / chunk.length);
  expect(waiting).toBeGreaterThan(0);
});

test('a FIN from either side is forwarded and leaves the other direction open', async () => {
  for (const isOfPeer of [true, false]) {
    const { near, peer } = await accept(createEngine());
    const [first, second] = isOfPeer ? [peer, near] : [near, peer];
    first.end('last');
    expect(await textFrom(second)).toBe('last');
    expect(second.writable).toBe(true);
    second.end('answer');
    expect(await textFrom(first)).toBe('answer');
    if (!near.closed) await once(near, 'close');
  }
});

test('bytes sent before a FIN are delivered, even if reading starts after both directions have ended', async () => {
  const { near, peer } = await accept(createEngine());
  near.end();
  near.once('readable', () => undefined);
  peer.end(Buffer.alloc(100, 'a'));
  await once(peer, 'close');
  expect(String(await buffer(near))).toBe('a'.repeat(100));
});

test('a reset by the peer fails the socket with the same code as Node', async () => {
  const { near, peer } = await accept(createEngine());
  near.resume();
  const failed = once(near, 'error');
  peer.resetAndDestroy();
  expect(await failed).toMatchObject([{ code: 'ECONNRESET' }]);
  expect(near.destroyed).toBe(true);
});

test('a reset that no listener of the stream handles closes the stream, and does not end the process', async () => {
  const { near, peer } = await accept(createEngine());
  near.resume();
  // Not `once`, which would listen for errors.
  const closed = new Promise((resolve) => near.on('close', resolve));
  peer.resetAndDestroy();
  await closed;
  expect(near.destroyed).toBe(true);
});

test('resetAndDestroy closes the socket with a RST', async () => {
  const { socket, peer } = await accept(createEngine());
  const failed = once(peer, 'error');
  socket.resetAndDestroy();
  socket.resetAndDestroy();
  expect(await failed).toMatchObject([{ code: 'ECONNRESET' }]);
});

test('closing a socket calls the callbacks of its pending writes', async () => {
  const { near, peer } = await accept(createEngine());
  peer.pause();
  const failed = new Promise((resolve) => near.write(Buffer.alloc(64 * 1024 * 1024), resolve));
  expect(near.writableLength).toBeGreaterThan(0);
  near.destroy();
  expect(await failed).toBeInstanceOf(Error);
});

test('a socket connects, and fails with the same code as Node when nothing listens on the port', async () => {
  const engine = createEngine();
  const port = await listenWithNode();
  const connected = engine.connect(host, port);
  expect(await firstEvent(connected)).toBe('connected');
  connected.destroy();

  server?.close();
  expect(await firstEvent(engine.connect(host, port))).toMatchObject({ code: 'ECONNREFUSED' });
  expect(await firstEvent(engine.connect('no address', port))).toMatchObject({ code: 'EINVAL' });
});

test('a socket that is destroyed while it connects reports only its close', async () => {
  const engine = createEngine();
  const socket = engine.connect(host, await listenWithNode());
  const events: unknown[] = [];
  socket.receive({ onConnected: () => events.push('connected'), onClosed: (error) => events.push(error) });
  socket.destroy();
  socket.destroy();
  await engine.close();
  expect(events).toEqual([null]);
});

test('a receiver first gets the bytes, the FIN and the failure that arrived before it', async () => {
  const { socket, peer } = await accept(createEngine());
  socket.receive({ onClosed: () => undefined });
  socket.resume();
  peer.end('early');
  const events: unknown[] = [];
  const receiver = {
    onData: (bytes: Buffer) => events.push(String(bytes)),
    onFin: () => events.push('fin'),
    onClosed: (error: Error | null) => events.push(error),
  };
  socket.hold();
  await once(peer, 'finish');
  await expect
    .poll(() => {
      socket.receive(receiver);
      socket.resume();
      socket.hold();
      return events;
    })
    .toEqual(['early', 'fin']);
  socket.destroy();
  socket.receive(receiver);
  expect(events.slice(2)).toEqual(['fin', null]);
});

test('a receiver is called when its time has passed, unless it was removed before', async () => {
  const [late, removed] = await Promise.all([accept(createEngine()), accept(createEngine())]);
  const fired: string[] = [];
  const watch = (socket: EngineSocket, name: string): void => {
    socket.receive({ onTimeout: () => fired.push(name), onClosed: () => undefined });
    socket.startTimer(30);
  };
  watch(removed.socket, 'removed');
  removed.socket.hold();
  watch(late.socket, 'late');
  await expect.poll(() => fired).toEqual(['late']);
});

test('no byte that was read or is in flight is lost when Node takes over the connection', async () => {
  const { socket: near, peer } = await accept(createEngine());
  const sent = randomBytes(2 * 1024 * 1024);
  peer.end(sent);
  const socket = await new Promise<Socket | null>((resolve) => {
    near.receive({ onData: (first) => resolve(near.toNodeSocket(first)), onClosed: () => undefined });
    near.resume();
  });
  if (!socket) throw new Error('the connection is gone');
  socket.write('answer');
  expect((await buffer(socket)).equals(sent)).toBe(true);
  expect(await textFrom(peer)).toBe('answer');
});

test('a socket with pending writes cannot be handed over to Node and is closed', async () => {
  const engine = createEngine();
  const { socket, peer } = await accept(engine);
  peer.pause();
  socket.write(Buffer.alloc(64 * 1024 * 1024));
  expect(socket.toNodeSocket()).toBeNull();
  expect(socket.isGone).toBe(true);
  const failed = once(peer, 'close');
  peer.on('end', () => peer.end()).resume();
  await failed;
  expect(socket.toNodeSocket()).toBeNull();
});

test('the owner of a socket is called once when the socket is closed, joined or handed over', async () => {
  const engine = createEngine();
  const gone: string[] = [];
  const owned = async (name: string): Promise<AcceptedByEngine> => {
    const accepted = await accept(engine);
    accepted.socket.owner = {
      onGone: () => gone.push(name),
      onHandedOver: (socket) => gone.push(`${name} to Node`, String(socket.destroy().destroyed)),
    };
    return accepted;
  };
  const [closed, failed, joined, handedOver] = await Promise.all(
    ['closed', 'failed', 'joined', 'handed over'].map(owned),
  );
  closed?.socket.destroy();
  closed?.socket.resetAndDestroy();
  handedOver?.socket.toNodeSocket();
  if (joined) joinWith(engine, { client: joined.socket, upstream: (await accept(engine)).socket });
  expect(gone).toEqual(['closed', 'handed over', 'handed over to Node', 'true', 'joined']);
  failed?.socket.resume();
  failed?.peer.resetAndDestroy();
  await expect.poll(() => gone.slice(5)).toEqual(['failed']);
});

test.each(['in the call that delivers them', 'later'])(
  'bytes that arrived before a join are forwarded in order, even if the sockets are joined %s',
  async (when) => {
    const engine = createEngine();
    const sent = Buffer.concat(
      Array.from({ length: 600 }, (_, index) => clientFrame(`${index}`.repeat(100))),
    );
    const pairs: { client: AcceptedByEngine; upstream: AcceptedByEngine }[] = [];
    for (let count = 0; count < 12; count += 1) {
      pairs.push({ client: await accept(engine), upstream: await accept(engine) });
    }
    const received = pairs.map(({ client, upstream }) => {
      const onData = (clientHead: Buffer): void => {
        client.socket.hold();
        const join = (): unknown =>
          joinWith(engine, { client: client.socket, upstream: upstream.socket, clientHead });
        if (when === 'later') queueMicrotask(join);
        else join();
      };
      client.socket.receive({ onData, onClosed: () => undefined });
      client.socket.resume();
      return readBytes(upstream.peer, sent.length, 'hex');
    });
    // Together, these bytes exceed what the engine can buffer in one turn.
    for (const { client } of pairs) client.peer.write(sent);
    for (const bytes of await Promise.all(received)) expect(bytes === sent.toString('hex')).toBe(true);
  },
);

test('a connection ends at once when one side has closed before the join', async () => {
  const engine = createEngine();
  for (const side of ['client', 'upstream'] as const) {
    const [client, upstream] = [await accept(engine), await accept(engine)];
    const gone = side === 'client' ? client : upstream;
    gone.socket.destroy();
    for (const { peer } of [client, upstream]) peer.on('end', () => peer.end()).resume();
    const { ended } = joinWith(engine, { client: client.socket, upstream: upstream.socket });
    expect(await ended).toMatchObject({ endedBy: side });
    for (const { peer } of [client, upstream]) if (!peer.closed) await once(peer, 'close');
  }
});

/** Resolves to `connected`, or to the failure of a connecting socket. */
function firstEvent(socket: EngineSocket): Promise<unknown> {
  return new Promise((resolve) => {
    socket.receive({ onConnected: () => resolve('connected'), onClosed: resolve });
  });
}
