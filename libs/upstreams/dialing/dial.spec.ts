import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createAddressPolicy } from '../addresses/address-policy.js';
import { dialFirst, type DialUpstreamsOptions } from './dial-upstreams.js';
import { parseUpstreamEndpoint } from '../upstream-endpoint.js';
import { lookupInSystem } from '../../../test/support/lookup-in-system.js';
import { longWait } from '../../../test/support/long-wait.js';
import { activeTimers, timersBackTo } from '../../../test/support/active-timers.js';

const loopback = createAddressPolicy([{ address: '127.0.0.0', prefixLength: 8, family: 'ipv4' }]);
const cert = readFileSync(new URL('fixtures/upstream.test.cert.pem', import.meta.url), 'utf8');
const key = readFileSync(new URL('fixtures/upstream.test.key.pem', import.meta.url), 'utf8');

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

interface Upstream {
  port: number;
  accepted: Socket[];
}

async function listening(server: Server, host = '127.0.0.1'): Promise<Upstream> {
  const accepted: Socket[] = [];
  server.on('connection', (socket: Socket) => {
    accepted.push(socket);
    socket.on('error', () => undefined);
  });
  await once(server.listen(0, host), 'listening');
  cleanups.push(
    () => server.close(),
    () => accepted.forEach((socket) => socket.destroy()),
  );
  return { port: (server.address() as AddressInfo).port, accepted };
}

/** A port on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function dialed(url: string, options: Partial<DialUpstreamsOptions> = {}) {
  const result = await dialFirst({
    endpoints: [parseUpstreamEndpoint(url)],
    policy: loopback,
    lookup: lookupInSystem,
    connectMs: 60_000,
    ...options,
  });
  if (result.ok) cleanups.push(() => result.socket.destroy());
  return result;
}

function resolvingTo(...addresses: string[]) {
  return () => Promise.resolve(addresses.map((address) => ({ address })));
}

describe('an upstream that listens', () => {
  test('a connected socket is half-open, with an error listener, no other listener of the dial, and no timer', async () => {
    const { port } = await listening(createServer());
    const timers = activeTimers();
    const result = await dialed(`ws://127.0.0.1:${port}`);
    if (!result.ok) throw new Error(result.detail);
    const { socket, address } = result;
    expect(address).toBe('127.0.0.1');
    expect(socket.allowHalfOpen).toBe(true);
    expect(socket.listenerCount('error')).toBe(1);
    expect(['connect', 'close', 'data'].map((event) => socket.listenerCount(event))).toEqual([0, 0, 0]);
    await timersBackTo(timers);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.destroy(new Error('must not end the process'));
    expect(await closed).toBe(true);
  });

  test('an upstream is dialed at the address that passed the policy, and its name is resolved once', async () => {
    const { port } = await listening(createServer());
    const lookup = vi.fn(resolvingTo('10.0.0.1', '169.254.169.254', '127.0.0.1'));
    const result = await dialed(`ws://upstream.test:${port}`, { lookup });
    expect(result).toMatchObject({ ok: true, address: '127.0.0.1' });
    expect(lookup).toHaveBeenCalledExactlyOnceWith('upstream.test', { refresh: false });
  });

  test('an upstream is reached by its name', async () => {
    const { port } = await listening(createServer());
    expect(await dialed(`ws://localhost:${port}`)).toMatchObject({ ok: true, address: '127.0.0.1' });
  });

  test('an upstream is reached at its second address when the first refuses', async () => {
    const { port, accepted } = await listening(createServer(), '127.0.0.2');
    const result = await dialed(`ws://upstream.test:${port}`, {
      lookup: resolvingTo('127.0.0.1', '127.0.0.2'),
    });
    expect(result).toMatchObject({ ok: true, address: '127.0.0.2' });
    await vi.waitFor(() => expect(accepted).toHaveLength(1), longWait);
  });
});

describe('an address that may not be dialed', () => {
  test.each([
    ['a literal', 'ws://169.254.169.254/latest', lookupInSystem],
    ['a literal in disguise', 'ws://0xa000005/', lookupInSystem],
    ['IPv6 in brackets', 'ws://[::1]:9000', lookupInSystem],
    ['what a name resolves to', 'ws://upstream.test', resolvingTo('10.0.0.1', '::1')],
    ['text that is not an address', 'ws://upstream.test', resolvingTo('upstream.test')],
    ['nothing', 'ws://upstream.test', resolvingTo()],
  ])('is never dialed: %s', async (_name, url, lookup) => {
    expect(await dialed(url, { lookup })).toMatchObject({ ok: false, code: 'upstream_forbidden_address' });
  });

  test('a forbidden address is not dialed, though a server listens there', async () => {
    const { port, accepted } = await listening(createServer());
    const result = await dialed(`ws://127.0.0.1:${port}`, { policy: createAddressPolicy([]) });
    expect(result).toMatchObject({ ok: false, code: 'upstream_forbidden_address' });
    expect(accepted).toHaveLength(0);
  });
});

describe('an upstream that is down', () => {
  test('the failure is upstream_refused if nothing listens', async () => {
    const port = await closedPort();
    expect(await dialed(`ws://127.0.0.1:${port}`)).toMatchObject({ ok: false, code: 'upstream_refused' });
  });

  test('the failure is upstream_refused if the name is unknown', async () => {
    const lookup = () => Promise.reject(new Error('ENOTFOUND'));
    expect(await dialed('ws://upstream.test', { lookup })).toMatchObject({ code: 'upstream_refused' });
  });

  test('the failure is upstream_timeout if the name is not resolved in time', async () => {
    const lookup = () => new Promise<never>(() => undefined);
    const result = await dialed('ws://upstream.test', { lookup, connectMs: 20 });
    expect(result).toMatchObject({ ok: false, code: 'upstream_timeout' });
  });

  test('the failure is upstream_timeout if the TLS handshake is not answered, and nothing stays open', async () => {
    const { port, accepted } = await listening(createServer((socket) => socket.resume()));
    const result = await dialed(`wss://127.0.0.1:${port}`, { connectMs: 50 });
    expect(result).toMatchObject({ ok: false, code: 'upstream_timeout' });
    await vi.waitFor(() => expect(accepted.map(({ destroyed }) => destroyed)).toEqual([true]), longWait);
  });

  test('an address that hangs leaves time for the next one', async () => {
    const silent = await listening(createServer());
    const secure = createTlsServer({ cert, key });
    await once(secure.listen(silent.port, '127.0.0.2'), 'listening');
    cleanups.push(() => secure.close());
    const result = await dialed(`wss://upstream.test:${silent.port}`, {
      lookup: resolvingTo('127.0.0.1', '127.0.0.2'),
      connectMs: 2000,
      trustedCertificates: cert,
    });
    expect(result).toMatchObject({ ok: true, address: '127.0.0.2' });
  });
});

describe('TLS', () => {
  test('TLS uses the name of the URL and HTTP/1.1, and the socket is half-open', async () => {
    const server = createTlsServer({ cert, key, ALPNProtocols: ['http/1.1', 'h2'] });
    const { port } = await listening(server);
    const secured = once(server, 'secureConnection') as Promise<[TLSSocket]>;
    const lookup = resolvingTo('127.0.0.1');
    const result = await dialed(`wss://upstream.test:${port}`, { lookup, trustedCertificates: cert });
    if (!result.ok || !(result.socket instanceof TLSSocket)) throw new Error('no TLS');
    const [accepted] = await secured;
    expect(result.socket.alpnProtocol).toBe('http/1.1');
    expect(result.socket.allowHalfOpen).toBe(true);
    expect('servername' in accepted && accepted.servername).toBe('upstream.test');
  });

  test('a certificate is verified against the address if the URL has one', async () => {
    const { port } = await listening(createTlsServer({ cert, key }));
    const result = await dialed(`wss://127.0.0.1:${port}`, { trustedCertificates: cert });
    expect(result).toMatchObject({ ok: true });
  });

  test.each([
    ['of another name', 'other.test', cert],
    ['that no trusted authority has issued', 'upstream.test', undefined],
  ])('upstream_refused with a certificate %s', async (_name, hostname, trustedCertificates) => {
    const { port } = await listening(createTlsServer({ cert, key }));
    const lookup = resolvingTo('127.0.0.1');
    const result = await dialed(`wss://${hostname}:${port}`, { lookup, trustedCertificates });
    expect(result).toMatchObject({ ok: false, code: 'upstream_refused' });
  });

  test('the failure is upstream_refused if the server does not speak TLS', async () => {
    const { port } = await listening(
      createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    );
    expect(await dialed(`wss://127.0.0.1:${port}`)).toMatchObject({ ok: false, code: 'upstream_refused' });
  });
});

describe('a caller that gives up', () => {
  test('an abort before the dial is reported as aborted, and nothing is dialed', async () => {
    const { port, accepted } = await listening(createServer());
    const result = await dialed(`ws://127.0.0.1:${port}`, { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ ok: false, code: 'aborted' });
    expect(accepted).toHaveLength(0);
  });

  test('an abort during the look-up takes effect at once', async () => {
    const controller = new AbortController();
    const lookup = () => {
      controller.abort();
      return new Promise<never>(() => undefined);
    };
    const result = await dialed('ws://upstream.test', { lookup, signal: controller.signal });
    expect(result).toMatchObject({ ok: false, code: 'aborted' });
  });

  test('an abort while connecting leaves nothing open', async () => {
    const controller = new AbortController();
    const server = createServer((socket) => socket.once('data', () => controller.abort()));
    const { port, accepted } = await listening(server);
    const timers = activeTimers();
    const result = await dialed(`wss://127.0.0.1:${port}`, { signal: controller.signal });
    expect(result).toMatchObject({ ok: false, code: 'aborted' });
    await timersBackTo(timers);
    await vi.waitFor(() => expect(accepted.map(({ destroyed }) => destroyed)).toEqual([true]), longWait);
  });
});
