import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { DocumentedGateway, keySources, withoutKey } from './documented-gateway.js';

const heading = 'Socket.IO';
let gateway: DocumentedGateway;
let servers: Server[];
let clients: Socket[];

beforeAll(async () => {
  gateway = await DocumentedGateway.start();
});

beforeEach(() => {
  [servers, clients] = [[], []];
});

afterEach(async () => {
  for (const client of clients) client.close();
  await gateway.reset();
  for (const server of servers) await server.close();
});

afterAll(() => gateway.close());

/** Starts a server of Socket.IO that greets by its name; returns its port. */
async function startServer(name = 'hello'): Promise<number> {
  const http = createServer();
  const server = new Server(http);
  server.on('connection', (socket) => {
    socket.on('greet', (person: string, answer: (greeting: string) => void) => answer(`${name} ${person}`));
    socket.on('mirror', (bytes: Buffer) => socket.emit('mirrored', bytes));
  });
  servers.push(server);
  await once(http.listen(0, '127.0.0.1'), 'listening');
  return (http.address() as AddressInfo).port;
}

function connect(path: string, options: object = {}): Socket {
  const client = io(gateway.url, { path, transports: ['websocket'], forceNew: true, ...options });
  clients.push(client);
  return client;
}

/** The data of the next event of this name. */
function nextEvent<T>(client: Socket, name: string): Promise<T[]> {
  return new Promise((resolve) => client.once(name, (...data: T[]) => resolve(data)));
}

/** The close code of the next disconnection. */
async function nextCloseCode(client: Socket): Promise<number | undefined> {
  const details = (await nextEvent<{ context?: { code: number } }>(client, 'disconnect'))[1];
  return details?.context?.code;
}

const optionsWith = {
  header: (key: string) => ({ extraHeaders: { 'X-Api-Key': key } }),
  query: (key: string) => ({ query: { api_key: key } }),
  subprotocol: (key: string) => ({ protocols: [`sluice.key.${key}`] }),
};

test('the documented client of Socket.IO gets an answer', async () => {
  await gateway.publish(heading, await startServer());
  expect(await gateway.run(heading, 'js')).toBe('hello Ada\n');
});

test.each(keySources)('Socket.IO exchanges events and bytes with a key in the %s', async (source) => {
  await gateway.publish(heading, await startServer());
  const { key } = await gateway.key();
  const client = connect('/realtime', optionsWith[source](key));
  expect(await client.emitWithAck('greet', 'Grace')).toBe('hello Grace');
  client.emit('mirror', Buffer.from([0, 255, 128]));
  const [bytes] = await nextEvent<Buffer>(client, 'mirrored');
  expect([...(bytes ?? [])]).toEqual([0, 255, 128]);
});

test('Socket.IO works without a key if the route requires none', async () => {
  await gateway.publish(heading, await startServer(), withoutKey);
  expect(await connect('/open').emitWithAck('greet', 'Ada')).toBe('hello Ada');
});

test('clients of Socket.IO that poll first are upgraded at the same of three servers', async () => {
  const names = ['one', 'two', 'three'];
  const { change } = await gateway.publish(heading, await startServer(names[0]), withoutKey);
  const ports = await Promise.all(names.map((name) => startServer(name)));
  const upstreams = ports.map((port) => ({ url: `http://127.0.0.1:${port}/socket.io` }));
  await change({ http: 'proxy', balancing: 'sticky', upstreams });
  const greetings = await Promise.all(
    Array.from({ length: 30 }, async () => {
      const client = connect('/open', {
        transports: ['polling', 'websocket'],
        withCredentials: true,
        reconnection: false,
      });
      // "Session ID unknown", the answer of a server that another one's client reaches, fails it.
      const failed = nextEvent<Error>(client, 'connect_error').then(([error]) =>
        Promise.reject(error ?? new Error()),
      );
      await Promise.race([nextEvent(client, 'connect'), failed]);
      const { engine } = client.io;
      const upgraded = new Promise<void>((resolve) => {
        if (engine.transport.name === 'websocket') resolve();
        else engine.once('upgrade', () => resolve());
      });
      const before = String(await client.emitWithAck('greet', 'Ada'));
      await upgraded;
      expect(await client.emitWithAck('greet', 'Ada')).toBe(before);
      return before;
    }),
  );
  expect(new Set(greetings)).toEqual(new Set(names.map((name) => `${name} Ada`)));
});

test('Socket.IO connects again, to another server, after the drain of its upstream with 1012', async () => {
  const { change } = await gateway.publish(heading, await startServer('first'), withoutKey);
  const client = connect('/open', { reconnectionDelay: 10 });
  expect(await client.emitWithAck('greet', 'Ada')).toBe('first Ada');
  const closeCode = nextCloseCode(client);
  const url = `http://127.0.0.1:${await startServer('second')}/socket.io`;
  await change({ upstreams: [{ url }] });
  expect(await closeCode).toBe(1012);
  expect(await client.emitWithAck('greet', 'Ada')).toBe('second Ada');
});

test('Socket.IO is closed with 1008 when its key is revoked, and reports the refusal when it connects again', async () => {
  await gateway.publish(heading, await startServer());
  const { key, revoke } = await gateway.key();
  const client = connect('/realtime', { ...optionsWith.query(key), reconnectionDelay: 10 });
  await nextEvent(client, 'connect');
  const closeCode = nextCloseCode(client);
  const refused = nextEvent(client, 'connect_error');
  await revoke();
  expect(await closeCode).toBe(1008);
  expect(await refused).toEqual([expect.objectContaining({ message: 'websocket error' })]);
});
