import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, expect, test, vi } from 'vitest';
import { openSocketsOf } from '../../../test/support/open-sockets.js';
import { createAddressPolicy } from '../addresses/address-policy.js';
import { maxDialAttempts } from './dial-budget.js';
import type { LookupAddresses } from './dial-options.js';
import { dialFirst, type DialUpstreamsOptions } from './dial-upstreams.js';
import { parseUpstreamEndpoint } from '../upstream-endpoint.js';

const loopback = createAddressPolicy([{ address: '127.0.0.0', prefixLength: 8, family: 'ipv4' }]);
const cert = readFileSync(new URL('fixtures/upstream.test.cert.pem', import.meta.url), 'utf8');
const key = readFileSync(new URL('fixtures/upstream.test.key.pem', import.meta.url), 'utf8');

const cleanups: (() => unknown)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

async function listening(server: Server, host: string, port = 0): Promise<number> {
  const sockets = openSocketsOf(server);
  await once(server.listen(port, host), 'listening');
  cleanups.push(
    () => server.close(),
    () => sockets.forEach((socket) => socket.destroy()),
  );
  return (server.address() as AddressInfo).port;
}

/** A resolver that has kept some addresses, and has others when it is asked to refresh them. */
function movedFrom(kept: readonly string[], current: readonly string[]): LookupAddresses {
  return vi.fn((_hostname: string, options?: { refresh: boolean }) => {
    const addresses = options?.refresh === true ? current : kept;
    return Promise.resolve(addresses.map((address) => ({ address })));
  });
}

async function dialed(urls: readonly string[], options: Partial<DialUpstreamsOptions>) {
  const result = await dialFirst({
    endpoints: urls.map(parseUpstreamEndpoint),
    policy: loopback,
    lookup: movedFrom([], []),
    connectMs: 60_000,
    trustedCertificates: cert,
    ...options,
  });
  if (result.ok) cleanups.push(() => result.socket.destroy());
  return result;
}

test('the name is resolved again at once when no cached address connects, and its new address is dialed', async () => {
  const port = await listening(createServer(), '127.0.0.9');
  const lookup = movedFrom(['127.0.0.1', '127.0.0.2'], ['127.0.0.2', '127.0.0.9']);
  const result = await dialed([`ws://upstream.test:${port}`], { lookup });
  expect(result).toMatchObject({ ok: true, address: '127.0.0.9' });
  expect(vi.mocked(lookup).mock.calls.map(([, options]) => options?.refresh)).toEqual([false, true]);
});

test('the name is resolved again when no cached address may be dialed', async () => {
  const port = await listening(createServer(), '127.0.0.9');
  const lookup = movedFrom(['10.0.0.1'], ['127.0.0.9']);
  expect(await dialed([`ws://upstream.test:${port}`], { lookup })).toMatchObject({ ok: true });
});

test('a new address is checked by the policy like any other', async () => {
  const port = await listening(createServer(), '127.0.0.9');
  const lookup = movedFrom(['127.0.0.1'], ['127.0.0.9']);
  const policy = { isAllowed: (address: string) => address === '127.0.0.1' };
  expect(await dialed([`ws://upstream.test:${port}`], { lookup, policy })).toMatchObject({
    ok: false,
    code: 'upstream_refused',
  });
});

test('a cached address that hangs is abandoned once the name no longer has it', async () => {
  const port = await listening(
    createServer((socket) => socket.resume()),
    '127.0.0.1',
  );
  await listening(createTlsServer({ cert, key }), '127.0.0.9', port);
  const lookup = movedFrom(['127.0.0.1'], ['127.0.0.9']);
  expect(await dialed([`wss://upstream.test:${port}`], { lookup })).toMatchObject({
    ok: true,
    address: '127.0.0.9',
  });
});

test('a slow address that the name still has is not abandoned', async () => {
  const tls = createTlsServer({ cert, key });
  const accepted: Socket[] = [];
  const port = await listening(
    createServer((socket) => accepted.push(socket)),
    '127.0.0.1',
  );
  const lookup: LookupAddresses = (_hostname, options) => {
    if (options?.refresh === true) for (const socket of accepted) tls.emit('connection', socket);
    return Promise.resolve(
      [{ address: '127.0.0.9' }, { address: '127.0.0.1' }].slice(options?.refresh ? 0 : 1),
    );
  };
  expect(await dialed([`wss://upstream.test:${port}`], { lookup })).toMatchObject({
    ok: true,
    address: '127.0.0.1',
  });
  expect(accepted).toHaveLength(1);
});

test('a name that is not resolved again in time delays the next upstream by half a second only', async () => {
  const port = await listening(createServer(), '127.0.0.9');
  const lookup: LookupAddresses = (_hostname, options) =>
    options?.refresh === true
      ? new Promise<never>(() => undefined)
      : Promise.resolve([{ address: '127.0.0.1' }]);
  const urls = [`ws://upstream.test:${port}`, `ws://127.0.0.9:${port}`];
  expect(await dialed(urls, { lookup })).toMatchObject({ ok: true, address: '127.0.0.9' });
});

test('new addresses count among the attempts of the request', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  const port = await listening(server, '0.0.0.0');
  const many = (network: string) => Array.from({ length: 250 }, (_, index) => `${network}.${index + 1}`);
  const lookup = movedFrom(many('127.0.1').slice(0, 10), many('127.0.2'));
  expect(await dialed([`wss://upstream.test:${port}`], { lookup })).toMatchObject({ ok: false });
  expect(connections).toBe(maxDialAttempts);
});
