import { Socket } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { recordingLogger } from '../../test/support/config-bus/recording-logger.js';
import { startRedisServer, type RedisServer } from '../../test/support/redis-server.js';
import { RedisConnection, type RedisScript } from './index.js';

const increment: RedisScript = {
  name: 'incrementBy',
  lua: "return redis.call('INCRBY', KEYS[1], ARGV[1])",
};

let server: RedisServer;
let admin: Redis;
const connections: RedisConnection[] = [];

beforeAll(async () => {
  server = await startRedisServer();
  admin = new Redis(server.url);
});
afterEach(async () => {
  for (const connection of connections.splice(0)) await connection.close();
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

function connect(): RedisConnection {
  const { logger } = recordingLogger();
  const connection = new RedisConnection({ url: server.url, logger, bus: 'the test', name: 'test' });
  connections.push(connection);
  return connection;
}

test('a script runs once for each call, also after the server lost its scripts', async () => {
  const connection = connect();
  const run = (): Promise<unknown> => connection.runScript(increment, ['scripts'], [2]);
  expect(await run()).toBe(2);
  await admin.script('FLUSH');
  expect((await Promise.all([run(), run(), run()])).sort()).toEqual([4, 6, 8]);
  expect(await run()).toBe(10);
});

test('a failed script rejects with a RedisError that does not contain its arguments', async () => {
  const failing: RedisScript = { name: 'fails', lua: "return redis.error_reply('ERR on purpose')" };
  const failure = connect().runScript(failing, ['scripts'], ['secret']);
  await expect(failure).rejects.toMatchObject({
    name: 'RedisError',
    message: 'the test failed: ERR on purpose',
  });
});

test('all commands of one turn of the event loop are sent in one write', async () => {
  const connection = connect();
  const run = (): Promise<unknown> => connection.runScript(increment, ['writes'], [1]);
  await run();
  const write = vi.spyOn(Socket.prototype, '_write');
  const writev = vi.spyOn(Socket.prototype as Required<Pick<Socket, '_writev'>>, '_writev');
  const answers = await Promise.all(Array.from({ length: 20 }, run));
  const writes = write.mock.calls.length + writev.mock.calls.length;
  vi.restoreAllMocks();
  expect(answers).toEqual(Array.from({ length: 20 }, (_, index) => index + 2));
  expect(writes).toBe(1);
});
