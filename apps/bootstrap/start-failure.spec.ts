import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { SettingsError } from '#libs/settings';
import { StartError, startFailure } from './start-failure.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** What listening there fails with. */
async function failureOf(host: string, port: number): Promise<unknown> {
  const server = createServer();
  const failed = once(server, 'error');
  server.listen(port, host);
  const [error] = (await failed) as [unknown];
  return error;
}

it('a port that is taken, and an address that is not of this machine, are one line that names it', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  servers.push(taken);
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : expect.unreachable('no port');
  expect(startFailure(await failureOf('127.0.0.1', port))).toMatch(
    new RegExp(`^a port that is needed is taken: .*127.0.0.1:${port}$`),
  );
  expect(startFailure(await failureOf('192.0.2.1', 8080))).toMatch(
    /^an address cannot be listened on: .*192\.0\.2\.1:8080$/,
  );
});

it('what is meant for the operator is one line, and a bug has its stack', () => {
  expect(startFailure(new StartError('worker 1 ended at its start'))).toBe('worker 1 ended at its start');
  expect(startFailure(new SettingsError('SLUICE_DATA_DIR', 'is wrong'))).toBe('SLUICE_DATA_DIR: is wrong');
  expect(startFailure(new Error('a bug'))).toMatch(/^Error: a bug\n +at /);
  expect(startFailure('text')).toBe('text');
});
