import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { NameServer, type NameAnswer } from '../../../test/support/name-server.js';
import { NameResolver, type NameResolverOptions } from './name-resolver.js';

let folder: string;
let server: NameServer | null = null;
let nowMs = 0;

// Lets tests that expect no answer end: a second query follows, with twice the timeout.
const brief = { timeoutMs: 500 };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-names-'));
  nowMs = 0;
});

afterEach(async () => {
  await server?.stop();
  server = null;
  await rm(folder, { recursive: true, force: true });
});

async function serve(answers: Record<string, NameAnswer>): Promise<NameServer> {
  server = await NameServer.start(answers);
  return server;
}

function resolverOn(names: NameServer, options: Partial<NameResolverOptions> = {}): NameResolver {
  const askSystem = (hostname: string): Promise<never> => Promise.reject(notFound(hostname));
  return new NameResolver({
    servers: [names.address],
    hostsPath: join(folder, 'hosts'),
    resolvConfPath: join(folder, 'resolv.conf'),
    askSystem,
    now: () => nowMs,
    random: () => 0,
    ...options,
  });
}

function notFound(hostname: string): Error {
  return Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' });
}

function addressesOf(resolver: NameResolver, name: string, tenantId = 'ten_a'): Promise<string[]> {
  return resolver.resolve(name, tenantId).then((found) => found.map(({ address }) => address));
}

/** The code of the failure, or `found`. */
function outcomeOf(resolver: NameResolver, name: string, tenantId = 'ten_a'): Promise<unknown> {
  return resolver.resolve(name, tenantId).then(
    () => 'found',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );
}

describe('the addresses of a name', () => {
  test('a name has the addresses of both families in turn, IPv4 first', async () => {
    const names = await serve({
      'upstream.test': { ipv4: ['192.0.2.1', '192.0.2.2'], ipv6: ['2001:db8:0:0:0:0:0:1'] },
    });
    const found = await addressesOf(resolverOn(names), 'Upstream.Test');
    expect(found).toHaveLength(3);
    expect([found[0], found[2]].sort()).toEqual(['192.0.2.1', '192.0.2.2']);
    expect(found[1]).toBe('2001:db8::1');
  });

  test('addresses take turns as the first, within their family, over all tenants', async () => {
    const ipv6 = ['2001:db8:0:0:0:0:0:1', '2001:db8:0:0:0:0:0:2'];
    const names = await serve({ 'upstream.test': { ipv4: ['192.0.2.1', '192.0.2.2', '192.0.2.3'], ipv6 } });
    const resolver = resolverOn(names);
    const orders: string[][] = [];
    for (let count = 0; count < 6; count += 1) {
      orders.push(await addressesOf(resolver, 'upstream.test', `ten_${count}`));
    }
    for (const order of orders) {
      expect(order.filter((_, index) => index % 2 === 1).sort()).toEqual(['2001:db8::1', '2001:db8::2']);
    }
    const firsts = orders.map(([first]) => first);
    expect(new Set(firsts.slice(0, 3)).size).toBe(3);
    expect(firsts.slice(3)).toEqual(firsts.slice(0, 3));
    expect(orders[0]?.[2]).toBe(firsts[1]);
  });

  test('at most 64 addresses of a name are used', async () => {
    const many = Array.from({ length: 100 }, (_, index) => ({ address: `192.0.2.${index}` }));
    const names = await serve({});
    const resolver = resolverOn(names, { askSystem: () => Promise.resolve(many) });
    expect(await addressesOf(resolver, 'echo')).toHaveLength(64);
  });

  test('addresses of one family do not wait for another one without an answer', async () => {
    const names = await serve({ 'upstream.test': { ipv4: ['192.0.2.1'], ipv6: 'silent' } });
    expect(await addressesOf(resolverOn(names, brief), 'upstream.test')).toEqual(['192.0.2.1']);
  });

  test('concurrent requests share one query, and another one follows after the TTL', async () => {
    const names = await serve({ 'upstream.test': { ipv4: ['192.0.2.1'], ttlSeconds: 20 } });
    const resolver = resolverOn(names);
    await Promise.all(
      Array.from({ length: 100 }, (_, index) => resolver.resolve('upstream.test', `ten_${index % 3}`)),
    );
    nowMs = 19_999;
    await resolver.resolve('upstream.test', 'ten_a');
    expect(names.timesAsked('upstream.test')).toBe(1);

    names.say('upstream.test', { ipv4: ['192.0.2.9'] });
    nowMs = 20_000;
    await expect.poll(() => addressesOf(resolver, 'upstream.test')).toEqual(['192.0.2.9']);
  });

  test.each([
    { ttlSeconds: 0, lifeMs: 1000 },
    { ttlSeconds: 86_400, lifeMs: 60_000 },
  ])('with a time to live of $ttlSeconds s are kept for $lifeMs ms', async ({ ttlSeconds, lifeMs }) => {
    const names = await serve({ 'upstream.test': { ipv4: ['192.0.2.1'], ttlSeconds } });
    const resolver = resolverOn(names);
    await resolver.resolve('upstream.test', 'ten_a');
    nowMs = lifeMs - 1;
    await resolver.resolve('upstream.test', 'ten_a');
    expect(names.timesAsked('upstream.test')).toBe(1);
    nowMs = lifeMs;
    await resolver.resolve('upstream.test', 'ten_a');
    await expect.poll(() => names.timesAsked('upstream.test')).toBe(2);
  });

  test('addresses are refreshed when none of them could be connected to, but at most once a second', async () => {
    const names = await serve({ 'upstream.test': { ipv4: ['192.0.2.1'], ttlSeconds: 600 } });
    const resolver = resolverOn(names);
    await resolver.resolve('upstream.test', 'ten_a');
    names.say('upstream.test', { ipv4: ['192.0.2.9'] });
    nowMs = 999;
    await resolver.resolve('upstream.test', 'ten_a', { refresh: true });
    expect(names.timesAsked('upstream.test')).toBe(1);
    nowMs = 1000;
    const found = await resolver.resolve('upstream.test', 'ten_a', { refresh: true });
    expect(found).toEqual([{ address: '192.0.2.9' }]);
    expect(await addressesOf(resolver, 'upstream.test', 'ten_b')).toEqual(['192.0.2.9']);
    expect(names.timesAsked('upstream.test')).toBe(2);
  });
});

describe('a name about which no server answers', () => {
  test('a name whose servers do not answer keeps its last addresses for five minutes, and gets new ones as soon as there are any', async () => {
    const names = await serve({ 'upstream.test': { ipv4: ['192.0.2.1'], ttlSeconds: 1 } });
    const resolver = resolverOn(names, brief);
    await resolver.resolve('upstream.test', 'ten_a');
    names.say('upstream.test', 'silent');
    nowMs = 300_999;
    expect(await addressesOf(resolver, 'upstream.test')).toEqual(['192.0.2.1']);

    names.say('upstream.test', { ipv4: ['192.0.2.2'], ttlSeconds: 1 });
    await expect
      .poll(() => {
        nowMs += 1;
        return addressesOf(resolver, 'upstream.test').catch(() => []);
      })
      .toEqual(['192.0.2.2']);

    names.say('upstream.test', 'silent');
    nowMs += 301_000;
    await expect(resolver.resolve('upstream.test', 'ten_a')).rejects.toMatchObject({ code: 'ETIMEOUT' });
  });

  test('the last addresses are used during a new query, after 200 ms at most', async () => {
    const names = await serve({ 'upstream.test': { ipv4: ['192.0.2.1'], ttlSeconds: 1 } });
    const resolver = resolverOn(names, { timeoutMs: 20_000 });
    await resolver.resolve('upstream.test', 'ten_a');
    names.say('upstream.test', 'silent');
    nowMs = 10_000;
    const startedAtMs = performance.now();
    expect(await addressesOf(resolver, 'upstream.test')).toEqual(['192.0.2.1']);
    expect(await addressesOf(resolver, 'upstream.test', 'ten_b')).toEqual(['192.0.2.1']);
    // The first query takes twenty seconds.
    expect(performance.now() - startedAtMs).toBeLessThan(10_000);
  });

  test('is not queried again for five seconds', async () => {
    const names = await serve({ 'upstream.test': 'silent' });
    const resolver = resolverOn(names, brief);
    expect(await outcomeOf(resolver, 'upstream.test')).toBe('ETIMEOUT');
    const asked = names.timesAsked('upstream.test');
    nowMs = 4999;
    expect(await outcomeOf(resolver, 'upstream.test', 'ten_b')).toBe('ETIMEOUT');
    expect(names.timesAsked('upstream.test')).toBe(asked);
    nowMs = 5000;
    names.say('upstream.test', { ipv4: ['192.0.2.1'] });
    expect(await addressesOf(resolver, 'upstream.test')).toEqual(['192.0.2.1']);
  });
});

describe('a name that is unknown', () => {
  test('the addresses of a name that no longer exists are dropped at once', async () => {
    const names = await serve({ 'upstream.test': { ipv4: ['192.0.2.1'], ttlSeconds: 1 } });
    const resolver = resolverOn(names);
    await resolver.resolve('upstream.test', 'ten_a');
    names.say('upstream.test', 'unknown');
    nowMs = 1000;
    await expect.poll(() => outcomeOf(resolver, 'upstream.test')).toBe('ENOTFOUND');
  });

  test('an unknown name is not queried again for five seconds, and may exist then', async () => {
    const names = await serve({});
    const resolver = resolverOn(names);
    expect(await outcomeOf(resolver, 'upstream.test')).toBe('ENOTFOUND');
    names.say('upstream.test', { ipv4: ['192.0.2.1'] });
    nowMs = 4999;
    expect(await outcomeOf(resolver, 'upstream.test')).toBe('ENOTFOUND');
    nowMs = 5000;
    expect(await addressesOf(resolver, 'upstream.test')).toEqual(['192.0.2.1']);
  });
});

describe('a name that the system knows', () => {
  test('a name in the hosts file is not queried', async () => {
    const names = await serve({ 'upstream.test': { ipv4: ['192.0.2.1'] } });
    await writeFile(
      join(folder, 'hosts'),
      '127.0.0.1 localhost\n10.1.2.3\tother Upstream.test # by hand\nfd00::1 upstream.test\n',
    );
    const askSystem = vi.fn(() => Promise.resolve([]));
    const resolver = resolverOn(names, { askSystem });
    expect(await addressesOf(resolver, 'upstream.test')).toEqual(['10.1.2.3', 'fd00::1']);
    expect(names.timesAsked('upstream.test')).toBe(0);
    expect(askSystem).not.toHaveBeenCalled();
  });

  test('a name is queried within each domain of the search list', async () => {
    const names = await serve({ 'echo.second.test': { ipv4: ['192.0.2.1'] } });
    await writeFile(join(folder, 'resolv.conf'), 'search old.test\nsearch first.test second.test.\n');
    const askSystem = vi.fn(() => Promise.resolve([]));
    const resolver = resolverOn(names, { askSystem });
    expect(await addressesOf(resolver, 'echo')).toEqual(['192.0.2.1']);
    expect(names.timesAsked('echo.first.test')).toBe(1);
    expect(askSystem).not.toHaveBeenCalled();
    await resolver.resolve('echo.', 'ten_a');
    expect(names.timesAsked('echo.first.test')).toBe(1);
    expect(askSystem).toHaveBeenCalledExactlyOnceWith('echo.');
  });

  test('a name that no name server knows is resolved by the system', async () => {
    const names = await serve({});
    const resolver = resolverOn(names, { askSystem: () => Promise.resolve([{ address: '10.1.2.3' }]) });
    expect(await addressesOf(resolver, 'echo')).toEqual(['10.1.2.3']);
  });

  test('a name is resolved by the system if no name server listens', async () => {
    const names = await serve({});
    await names.stop();
    server = null;
    const resolver = resolverOn(names, { askSystem: () => Promise.resolve([{ address: '10.1.2.3' }]) });
    expect(await addressesOf(resolver, 'echo')).toEqual(['10.1.2.3']);
  });
});

describe('the SRV records of a name', () => {
  const services = [
    { priority: 20, weight: 0, port: 9001, target: 'spare.test' },
    { priority: 10, weight: 5, port: 9000, target: 'first.test' },
  ];
  const nowhere = { priority: 0, weight: 0, port: 0, target: '.' };

  test('are found, also in a domain of the search list', async () => {
    const names = await serve({
      '_ws._tcp.chat.test': { services },
      '_ws._tcp.short.second.test': { services },
    });
    await writeFile(join(folder, 'resolv.conf'), 'search first.test second.test\n');
    const resolver = resolverOn(names);
    for (const name of ['_ws._tcp.Chat.test', '_ws._tcp.short']) {
      const found = await resolver.resolveServices(name, 'ten_a');
      expect(found.toSorted((one, other) => other.priority - one.priority)).toEqual(services);
    }
  });

  test.each<[string, NameAnswer, string]>([
    ['unknown', 'unknown', 'ENOTFOUND'],
    ['without a record', {}, 'ENOTFOUND'],
    ['that says the service is not there', { services: [nowhere] }, 'ENOTFOUND'],
    ['without an answer', 'silent', 'ETIMEOUT'],
  ])('are missing for a name %s', async (_title, answer, code) => {
    const resolver = resolverOn(await serve({ '_ws._tcp.chat.test': answer }), brief);
    await expect(resolver.resolveServices('_ws._tcp.chat.test', 'ten_a')).rejects.toMatchObject({ code });
  });
});
