import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { composeRefusal } from './compose-refusal.js';
import { writeRefusal } from './write-refusal.js';
import { activeTimers, timersBackTo } from '../../test/support/active-timers.js';

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

async function socketPair(): Promise<{ client: Socket; accepted: Socket }> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = connect({ port: (server.address() as AddressInfo).port, allowHalfOpen: true });
  client.on('error', () => undefined);
  const [accepted] = (await once(server, 'connection')) as [Socket];
  server.close();
  sockets.push(client, accepted);
  return { client, accepted };
}

function collect(socket: Socket): { text: () => string } {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  return { text: () => Buffer.concat(chunks).toString() };
}

test('a client that is still sending reads the complete answer and gets no reset', async () => {
  const { client, accepted } = await socketPair();
  const received = collect(client);
  client.write(Buffer.alloc(4_000_000));
  const gone = writeRefusal(accepted, composeRefusal('no_route'));
  await once(client, 'end');
  expect(received.text()).toContain('"code":"no_route"');
  client.end();
  await gone;
  expect(client.errored).toBeNull();
  expect(accepted.destroyed).toBe(true);
});

test('the connection of a client that never closes is closed after the timeout', async () => {
  const { client, accepted } = await socketPair();
  client.resume();
  await writeRefusal(accepted, composeRefusal('no_route'), { lingerMs: 20 });
  expect(accepted.destroyed).toBe(true);
});

test('a reset by the client is not an error', async () => {
  const { client, accepted } = await socketPair();
  const gone = writeRefusal(accepted, composeRefusal('no_route'));
  client.resetAndDestroy();
  await gone;
  expect(accepted.destroyed).toBe(true);
});

test('the promise for a socket that is already closed resolves at once', async () => {
  const { accepted } = await socketPair();
  accepted.destroy();
  await writeRefusal(accepted, composeRefusal('no_route'));
  await writeRefusal(accepted, composeRefusal('no_route'));
});

test('nothing is written to a socket whose sending side has ended', async () => {
  const { client, accepted } = await socketPair();
  const received = collect(client);
  accepted.end('last');
  client.on('end', () => client.end());
  await writeRefusal(accepted, composeRefusal('no_route'));
  expect(accepted.errored).toBeNull();
  expect(received.text()).toBe('last');
});

test('no listener and no timer remains', async () => {
  const { client, accepted } = await socketPair();
  client.resume().on('end', () => client.end());
  const events = ['error', 'close', 'data', 'end'];
  const counts = (): number[] => events.map((event) => accepted.listenerCount(event));
  const before = counts();
  const timers = activeTimers();
  await writeRefusal(accepted, composeRefusal('no_route'), { lingerMs: 60_000 });
  expect(counts()).toEqual(before);
  await timersBackTo(timers);
});
