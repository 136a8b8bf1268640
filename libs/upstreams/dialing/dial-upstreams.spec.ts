import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { lookupInSystem } from '../../../test/support/lookup-in-system.js';
import { openSocketsOf } from '../../../test/support/open-sockets.js';
import { createAddressPolicy } from '../addresses/address-policy.js';
import { maxDialAttempts } from './dial-budget.js';
import { dialFirst, dialUpstreams, type DialUpstreamsOptions } from './dial-upstreams.js';
import { parseUpstreamEndpoint } from '../upstream-endpoint.js';

const loopback = createAddressPolicy([{ address: '127.0.0.0', prefixLength: 8, family: 'ipv4' }]);

const cleanups: (() => unknown)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

/** The port of a server that listens on every address of this machine. */
async function listening(server: Server): Promise<number> {
  const sockets = openSocketsOf(server);
  await once(server.listen(0), 'listening');
  cleanups.push(
    () => server.close(),
    () => sockets.forEach((socket) => socket.destroy()),
  );
  return (server.address() as AddressInfo).port;
}

function accepting(): Promise<number> {
  return listening(createServer());
}

/** Accepts connections and reads; a TLS handshake with it hangs. */
function silent(): Promise<number> {
  return listening(createServer((socket) => socket.resume()));
}

/** A port on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0), 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function optionsFor(
  urls: readonly string[],
  others: Partial<DialUpstreamsOptions> = {},
): DialUpstreamsOptions {
  const endpoints = urls.map(parseUpstreamEndpoint);
  return { endpoints, policy: loopback, lookup: lookupInSystem, connectMs: 10_000, ...others };
}

function addresses(count: number): () => Promise<{ address: string }[]> {
  const found = Array.from({ length: count }, (_, index) => ({
    address: `127.0.${index >> 8}.${(index & 255) + 1}`,
  }));
  return () => Promise.resolve(found);
}

/** Every address that was dialed with success, in order, as if none of them could be used. */
async function dialedInTurn(options: DialUpstreamsOptions): Promise<{ dialed: string[]; failure: unknown }> {
  const dialed: string[] = [];
  const { failure } = await dialUpstreams(options, ({ socket, address, endpoint }) => {
    socket.destroy();
    dialed.push(`${address}:${endpoint.port}`);
    return Promise.resolve(null);
  });
  return { dialed, failure };
}

describe('several upstreams', () => {
  test('the next upstream is dialed when one is down, hangs or is forbidden', async () => {
    const port = await accepting();
    const urls = [
      `ws://127.0.0.1:${await closedPort()}`,
      `wss://127.0.0.1:${await silent()}`,
      'ws://10.0.0.1',
    ];
    const result = await dialFirst(optionsFor([...urls, `ws://127.0.0.1:${port}`], { connectMs: 1000 }));
    if (!result.ok) throw new Error(result.detail);
    cleanups.push(() => result.socket.destroy());
    expect(result.endpoint.port).toBe(port);
  });

  test('the reported failure is the most severe one', async () => {
    const refusing = `ws://127.0.0.1:${await closedPort()}`;
    const hanging = `wss://127.0.0.1:${await silent()}`;
    const codeOf = async (...urls: string[]) => {
      const result = await dialFirst(optionsFor(urls, { connectMs: 1000 }));
      return result.ok ? 'ok' : result.code;
    };
    expect(await codeOf(refusing)).toBe('upstream_refused');
    expect(await codeOf(hanging, refusing)).toBe('upstream_timeout');
    expect(await codeOf(refusing, 'ws://10.0.0.1', hanging)).toBe('upstream_forbidden_address');
  });

  test('a request to upstreams that all hang fails after twice the time of one', async () => {
    let connections = 0;
    const port = await listening(createServer((socket) => void (socket.resume(), (connections += 1))));
    const urls = Array.from({ length: 10 }, () => `wss://127.0.0.1:${port}`);
    const result = await dialFirst(optionsFor(urls, { connectMs: 200 }));
    expect(result).toMatchObject({ ok: false, code: 'upstream_timeout' });
    expect(connections).toBeLessThan(5);
  });

  test('no further upstream is dialed once the caller aborts', async () => {
    const port = await accepting();
    const controller = new AbortController();
    const lookup = () => {
      controller.abort();
      return Promise.reject(new Error('ENOTFOUND'));
    };
    const urls = ['ws://upstream.test', `ws://127.0.0.1:${port}`];
    expect(await dialedInTurn(optionsFor(urls, { lookup, signal: controller.signal }))).toMatchObject({
      dialed: [],
      failure: { code: 'aborted' },
    });
  });
});

describe('a caller that cannot use a connection', () => {
  test('a caller that cannot use a connection gets the next address, then the next upstream, each once', async () => {
    const [first, second] = [await accepting(), await accepting()];
    const urls = [`ws://upstream.test:${first}`, `ws://127.0.0.1:${second}`];
    expect(await dialedInTurn(optionsFor(urls, { lookup: addresses(2) }))).toEqual({
      dialed: [`127.0.0.1:${first}`, `127.0.0.2:${first}`, `127.0.0.1:${second}`],
      failure: null,
    });
  });

  test('the time in which the caller tries a connection does not count as dialing', async () => {
    const [first, second] = [await accepting(), await accepting()];
    const urls = [`ws://127.0.0.1:${first}`, `ws://127.0.0.1:${second}`];
    const outcome = await dialUpstreams(optionsFor(urls, { connectMs: 500 }), async (dialed) => {
      dialed.socket.destroy();
      if (dialed.endpoint.port === second) return dialed;
      const startedAtMs = performance.now();
      await expect.poll(() => performance.now() - startedAtMs).toBeGreaterThan(1000);
      return null;
    });
    expect(outcome).toMatchObject({ used: { endpoint: { port: second } }, failure: null });
  });
});

describe('one request dials a bounded number of times', () => {
  test('a name of 8,000 addresses is dialed a bounded number of times when every connection fails', async () => {
    let connections = 0;
    const server = createServer((socket) => void (socket.destroy(), (connections += 1)));
    const url = `wss://upstream.test:${await listening(server)}`;
    const result = await dialFirst(optionsFor([url], { lookup: addresses(8000) }));
    expect(result).toMatchObject({ ok: false, code: 'upstream_refused' });
    expect(connections).toBe(maxDialAttempts);
  });

  test('64 upstreams of many addresses are dialed a bounded number of times when no connection can be used', async () => {
    const port = await accepting();
    const urls = Array.from({ length: 64 }, () => `ws://upstream.test:${port}`);
    const { dialed } = await dialedInTurn(optionsFor(urls, { lookup: addresses(100) }));
    expect(dialed).toHaveLength(maxDialAttempts);
  });

  test('64 upstreams with unknown names are looked up a bounded number of times', async () => {
    let asked = 0;
    const lookup = () => {
      asked += 1;
      return Promise.reject(new Error('ENOTFOUND'));
    };
    const urls = Array.from({ length: 64 }, (_, index) => `ws://upstream-${index}.test`);
    expect(await dialFirst(optionsFor(urls, { lookup }))).toMatchObject({ code: 'upstream_refused' });
    expect(asked).toBe(maxDialAttempts);
  });

  test('an upstream of many addresses leaves attempts for the one after it', async () => {
    const [closed, open] = [await closedPort(), await accepting()];
    const lookup = addresses(100);
    const result = await dialFirst(
      optionsFor([`ws://upstream.test:${closed}`, `ws://127.0.0.1:${open}`], { lookup }),
    );
    expect(result).toMatchObject({ ok: true, endpoint: { port: open } });
    if (result.ok) result.socket.destroy();
  });
});
