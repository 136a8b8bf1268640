import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { activeTimers, timersBackTo } from '../../../test/support/active-timers.js';
import { longWait } from '../../../test/support/long-wait.js';
import { openSocketsOf } from '../../../test/support/open-sockets.js';
import { SilentListener } from '../../../test/support/silent-listener.js';
import { createAddressPolicy } from '../addresses/address-policy.js';
import { parseUpstreamEndpoint } from '../upstream-endpoint.js';
import type { LookupAddresses } from './dial-options.js';
import { dialFirst, type DialUpstreamsOptions } from './dial-upstreams.js';

const loopback = createAddressPolicy([
  { address: '127.0.0.0', prefixLength: 8, family: 'ipv4' },
  { address: '::1', prefixLength: 128, family: 'ipv6' },
]);
const cert = readFileSync(new URL('fixtures/upstream.test.cert.pem', import.meta.url), 'utf8');
const key = readFileSync(new URL('fixtures/upstream.test.key.pem', import.meta.url), 'utf8');

const cleanups: (() => unknown)[] = [];
/** The sockets that this process has opened, and how many of them were connecting at a time. */
let opened: Socket[];
let maxConnecting: number;

beforeEach(() => {
  startCounting();
  subscribe('net.client.socket', onOpened);
});

afterEach(async () => {
  unsubscribe('net.client.socket', onOpened);
  for (const clean of cleanups.splice(0)) await clean();
});

async function silentPort(host?: string): Promise<number> {
  const listener = await SilentListener.start(host);
  cleanups.push(() => listener.close());
  return listener.port;
}

async function listening(server: Server, host: string, port = 0): Promise<number> {
  const sockets = openSocketsOf(server);
  await once(server.listen(port, host), 'listening');
  cleanups.push(
    () => server.close(),
    () => sockets.forEach((socket) => socket.destroy()),
  );
  return (server.address() as AddressInfo).port;
}

async function dialed(
  url: string,
  addresses: readonly string[],
  options: Partial<DialUpstreamsOptions> = {},
) {
  const result = await dialFirst({
    endpoints: [parseUpstreamEndpoint(url)],
    policy: loopback,
    lookup: () => Promise.resolve(addresses.map((address) => ({ address }))),
    connectMs: 60_000,
    trustedCertificates: cert,
    ...options,
  });
  if (result.ok) cleanups.push(() => result.socket.destroy());
  return result;
}

function startCounting(): void {
  opened = [];
  maxConnecting = 0;
}

function onOpened(message: unknown): void {
  const { socket } = message as { socket: Socket };
  opened.push(socket);
  maxConnecting = Math.max(maxConnecting, connecting() + 1);
}

/** Attempts of this process to connect that have no answer yet. */
function connecting(): number {
  return opened.filter((socket) => socket.connecting).length;
}

test('the next address is dialed when one is silent, the first to connect wins, and the other is closed', async () => {
  const port = await silentPort('127.0.0.1');
  await listening(createServer(), '::1', port);
  const timers = activeTimers();
  const result = await dialed(`ws://upstream.test:${port}`, ['127.0.0.1', '10.0.0.1', '::1']);
  expect(result).toMatchObject({ ok: true, address: '::1' });
  await vi.waitFor(() => expect(connecting()).toBe(0), longWait);
  await timersBackTo(timers);
});

test('no more than three addresses are dialed at once, and all of them are tried', async () => {
  const port = await silentPort('0.0.0.0');
  const addresses = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.5', '127.0.0.6'];
  startCounting();
  const result = await dialed(`ws://upstream.test:${port}`, addresses, { connectMs: 3000 });
  expect(result).toMatchObject({ ok: false, code: 'upstream_timeout' });
  expect([opened.length, maxConnecting, connecting()]).toEqual([addresses.length, 3, 0]);
});

test('an abort closes all attempts', async () => {
  const port = await silentPort('0.0.0.0');
  const controller = new AbortController();
  const result = dialed(`ws://upstream.test:${port}`, ['127.0.0.1', '127.0.0.2'], {
    signal: controller.signal,
  });
  await vi.waitFor(() => expect(connecting()).toBe(2), longWait);
  controller.abort();
  expect(await result).toMatchObject({ ok: false, code: 'aborted' });
  await vi.waitFor(() => expect(connecting()).toBe(0), longWait);
});

test('no other address is dialed while one is connected and slow with TLS', async () => {
  const tls = createTlsServer({ cert, key });
  const accepted: Socket[] = [];
  const port = await listening(
    createServer((socket) => accepted.push(socket)),
    '0.0.0.0',
  );
  const addresses = [{ address: '127.0.0.1' }, { address: '127.0.0.2' }];
  // The name is resolved again after a second, later than another address would be dialed.
  const lookup: LookupAddresses = (_hostname, options) => {
    if (options?.refresh === true) for (const socket of accepted) tls.emit('connection', socket);
    return Promise.resolve(addresses);
  };
  const result = await dialed(`wss://upstream.test:${port}`, [], { lookup });
  expect(result).toMatchObject({ ok: true, address: '127.0.0.1' });
  expect(accepted).toHaveLength(1);
});

test('the next address is dialed at once when one refuses', async () => {
  const port = await listening(createServer(), '::1');
  const addresses = Array.from({ length: 15 }, (_, index) => `127.0.0.${index + 1}`);
  expect(await dialed(`ws://upstream.test:${port}`, [...addresses, '::1'])).toMatchObject({ ok: true });
});
