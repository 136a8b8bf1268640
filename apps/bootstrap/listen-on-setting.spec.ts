import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { ListenAddress } from '#libs/settings';
import { listenOnSetting } from './listen-on-setting.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen({ host, port }: ListenAddress): Promise<number> {
  const server = createServer().listen(port, host);
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const listenFor = (setting: string, address: ListenAddress): Promise<number> =>
  listenOnSetting(setting, address, () => listen(address));

test('the error for a port in use names the setting and the likely cause', async () => {
  const port = await listenFor('SLUICE_API_LISTEN', { host: '127.0.0.1', port: 0 });
  await expect(listenFor('SLUICE_ECHO_LISTEN', { host: '127.0.0.1', port })).rejects.toThrow(
    `SLUICE_ECHO_LISTEN: 127.0.0.1:${port} is taken, perhaps by another Sluice that runs: stop it, or set another address`,
  );
});

test('the error for an address of another machine names the setting', async () => {
  await expect(listenFor('SLUICE_API_LISTEN', { host: '192.0.2.1', port: 8080 })).rejects.toThrow(
    /^SLUICE_API_LISTEN: 192\.0\.2\.1:8080 cannot be listened on: .*EADDRNOTAVAIL/,
  );
});

test('other errors are rethrown', async () => {
  const bug = new Error('a bug');
  const failing = listenOnSetting('SLUICE_API_LISTEN', { host: '::1', port: 1 }, () => Promise.reject(bug));
  await expect(failing).rejects.toBe(bug);
});
