import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KeptConnections, type ConnectionTarget } from './kept-connections.js';

const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const target = { routeId: 'rte_a', address: '127.0.0.1', port: 80, tls: null };
const another = { ...target, routeId: 'rte_b' };
let server: Server;
let accepted: Socket[];
let kept: KeptConnections;

beforeEach(async () => {
  accepted = [];
  kept = new KeptConnections();
  server = createServer((socket) => {
    accepted.push(socket);
    socket.on('error', () => undefined).on('data', () => socket.write(answer));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterEach(async () => {
  kept.stop();
  for (const socket of accepted) socket.destroy();
  server.close();
  await once(server, 'close');
});

async function dial(): Promise<Socket> {
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Sends a request, and keeps the connection for the given time after the answer. */
async function ask(socket: Socket, at: ConnectionTarget = target, idleMs = 4000): Promise<void> {
  const connection = kept.of(at, socket);
  const received = await new Promise<Buffer>((resolve) => {
    const ignore = (): void => undefined;
    connection.use({ onBytes: resolve, onFin: ignore, onClosed: ignore, onDrain: ignore });
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  });
  expect(received.toString()).toBe(answer);
  connection.release(idleMs);
}

test('a connection is idle after its answer, and is taken under its key only', async () => {
  const socket = await dial();
  expect(kept.of(target, socket).isReused).toBe(false);
  await ask(socket);
  await expect.poll(() => kept.idle).toBe(1);
  expect(kept.take(another)).toBeNull();
  expect(kept.take(target)).toBe(socket);
  expect([kept.idle, kept.of(target, socket).isReused, kept.take(target)]).toEqual([0, true, null]);
  await ask(socket);
  await expect.poll(() => kept.idle).toBe(1);
});

test('a connection over TLS is not taken once the options of TLS were changed', async () => {
  const options = { verify: true };
  const withTls = (changed: object) => ({ ...target, tls: { serverName: 'upstream', options: changed } });
  const socket = await dial();
  await ask(socket, withTls(options));
  await expect.poll(() => kept.idle).toBe(1);
  expect(kept.take(withTls({ ...options }))).toBeNull();
  expect(kept.take(target)).toBeNull();
  expect(kept.take(withTls(options))).toBe(socket);
});

test.each([
  ['gets a FIN', (): unknown => accepted[0]?.end()],
  ['is reset', (): unknown => accepted[0]?.resetAndDestroy()],
  ['gets bytes that nobody asked for', (): unknown => accepted[0]?.write(answer)],
])('an idle connection that %s is dropped', async (_name, act) => {
  const socket = await dial();
  await ask(socket);
  await expect.poll(() => kept.idle).toBe(1);
  act();
  await expect.poll(() => kept.idle).toBe(0);
  expect(kept.take(target)).toBeNull();
  await expect.poll(() => socket.destroyed).toBe(true);
});

test('a connection is closed after its answer if it may not be idle', async () => {
  const socket = await dial();
  await ask(socket, target, 0);
  expect([kept.idle, socket.destroyed]).toEqual([0, true]);
});

test('a connection is closed when it was idle for as long as it may be', async () => {
  const socket = await dial();
  await ask(socket, target, 1);
  expect(kept.idle).toBe(1);
  await expect.poll(() => [kept.idle, socket.destroyed]).toEqual([0, true]);
});

test('a connection whose client did not read is read again once it is idle', async () => {
  const socket = await dial();
  await ask(socket);
  expect(kept.take(target)).toBe(socket);
  socket.pause();
  kept.of(target, socket).release(4000);
  accepted[0]?.write(answer);
  await expect.poll(() => [kept.idle, socket.destroyed]).toEqual([0, true]);
});

test('bytes that a plain socket lends are copied', async () => {
  const socket = await dial();
  const received: Buffer[] = [];
  const ignore = (): void => undefined;
  const onBytes = (bytes: Buffer): void => void received.push(bytes);
  kept.of(target, socket).use({ onBytes, onFin: ignore, onClosed: ignore, onDrain: ignore });
  const lent = Buffer.from('answer');
  socket.emit('data', lent);
  lent.fill('x');
  expect(received).toEqual([Buffer.from('answer')]);
  socket.destroy();
});

test('stop() closes idle connections, and those in use', async () => {
  const [idle, used] = [await dial(), await dial()];
  await ask(idle);
  await expect.poll(() => kept.idle).toBe(1);
  kept.of(target, used);
  kept.stop();
  expect([idle.destroyed, used.destroyed]).toEqual([true, true]);
});
