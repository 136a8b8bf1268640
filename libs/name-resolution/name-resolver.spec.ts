import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NameServer, type NameAnswer } from '../../test/support/name-server.js';
import { NameResolver, type NameResolverOptions } from './name-resolver.js';

let folder: string;
let server: NameServer | null = null;
let nowMs = 0;

// For those who wait for what never comes; a second question follows, and has twice the time.
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
  const hostsPath = join(folder, 'hosts');
  return new NameResolver({
    servers: [names.address],

    hostsPath,
    askSystem,
    now: () => nowMs,
    ...options,
  });
}

function notFound(hostname: string): Error {
  return Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' });
}

function addressesOf(resolver: NameResolver, name: string): Promise<string[]> {
  return resolver.resolve(name).then((found) => found.map(({ address }) => address));
}

describe('NameResolver', () => {
  it('gives all addresses of both families, those of IPv4 first', async () => {
    const names = await serve({
      'upstream.test': { ipv4: ['192.0.2.1', '192.0.2.2'], ipv6: ['2001:db8:0:0:0:0:0:1'] },
    });
    const found = await addressesOf(resolverOn(names), 'Upstream.Test');
    expect(found).toHaveLength(3);
    expect(found.slice(0, 2).sort()).toEqual(['192.0.2.1', '192.0.2.2']);
    expect(found[2]).toBe('2001:db8::1');
  });

  it('does not wait for a family of which nothing is said', async () => {
    const names = await serve({ 'upstream.test': { ipv4: ['192.0.2.1'], ipv6: 'silent' } });
    expect(await addressesOf(resolverOn(names, brief), 'upstream.test')).toEqual(['192.0.2.1']);
  });

  it('answers one name while a hundred others wait for servers that are silent', async () => {
    const silent = Array.from({ length: 100 }, (_, index) => `name-${index}.silent.test`);
    const names = await serve({
      ...Object.fromEntries(silent.map((name): [string, NameAnswer] => [name, 'silent'])),
      'upstream.test': { ipv4: ['192.0.2.1'] },
    });
    const resolver = resolverOn(names, brief);
    const waiting = silent.map((name) =>
      addressesOf(resolver, name).then(
        () => 'found',
        () => 'not found',
      ),
    );
    const found = addressesOf(resolver, 'upstream.test');
    expect(await Promise.race([found, ...waiting])).toEqual(['192.0.2.1']);
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['not found']));
  });

  it('asks once for a name that many want at once, and again when its time is over', async () => {
    const names = await serve({ 'upstream.test': { ipv4: ['192.0.2.1'], ttlSeconds: 20 } });
    const resolver = resolverOn(names);
    await Promise.all(Array.from({ length: 100 }, () => resolver.resolve('upstream.test')));
    nowMs = 19_999;
    await resolver.resolve('upstream.test');
    expect(names.timesAsked('upstream.test')).toBe(1);

    names.say('upstream.test', { ipv4: ['192.0.2.9'] });
    nowMs = 20_000;
    expect(await addressesOf(resolver, 'upstream.test')).toEqual(['192.0.2.9']);
  });

  it.each([
    { ttlSeconds: 0, lifeMs: 1000 },
    { ttlSeconds: 86_400, lifeMs: 60_000 },
  ])('believes a time to live of $ttlSeconds s for $lifeMs ms', async ({ ttlSeconds, lifeMs }) => {
    const names = await serve({ 'upstream.test': { ipv4: ['192.0.2.1'], ttlSeconds } });
    const resolver = resolverOn(names);
    await resolver.resolve('upstream.test');
    nowMs = lifeMs - 1;
    await resolver.resolve('upstream.test');
    expect(names.timesAsked('upstream.test')).toBe(1);
    nowMs = lifeMs;
    await resolver.resolve('upstream.test');
    expect(names.timesAsked('upstream.test')).toBe(2);
  });

  it('goes on with the last addresses for five minutes while no server answers, and with new ones after that', async () => {
    const names = await serve({ 'upstream.test': { ipv4: ['192.0.2.1'], ttlSeconds: 1 } });
    const resolver = resolverOn(names, brief);
    await resolver.resolve('upstream.test');
    names.say('upstream.test', 'silent');
    nowMs = 300_999;
    expect(await addressesOf(resolver, 'upstream.test')).toEqual(['192.0.2.1']);

    names.say('upstream.test', { ipv4: ['192.0.2.2'], ttlSeconds: 1 });
    nowMs = 302_000;
    expect(await addressesOf(resolver, 'upstream.test')).toEqual(['192.0.2.2']);

    names.say('upstream.test', 'silent');
    nowMs = 603_001;
    await expect(resolver.resolve('upstream.test')).rejects.toMatchObject({ code: 'ETIMEOUT' });
  });

  it('forgets a name that is gone, whatever it was before', async () => {
    const names = await serve({ 'upstream.test': { ipv4: ['192.0.2.1'], ttlSeconds: 1 } });
    const resolver = resolverOn(names);
    await resolver.resolve('upstream.test');
    names.say('upstream.test', 'unknown');
    nowMs = 1000;
    await expect(resolver.resolve('upstream.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('leaves a name of the hosts file to the system', async () => {
    const names = await serve({ 'upstream.test': { ipv4: ['192.0.2.1'] } });
    await writeFile(join(folder, 'hosts'), '127.0.0.1 localhost\n10.1.2.3\tother Upstream.test # by hand\n');
    const askSystem = vi.fn(() => Promise.resolve([{ address: '10.1.2.3' }]));
    const resolver = resolverOn(names, { askSystem });
    expect(await addressesOf(resolver, 'upstream.test')).toEqual(['10.1.2.3']);
    expect(askSystem).toHaveBeenCalledExactlyOnceWith('upstream.test');
  });

  it('asks the system about a name that the servers do not know, which may be a short one', async () => {
    const names = await serve({});
    const resolver = resolverOn(names, { askSystem: () => Promise.resolve([{ address: '10.1.2.3' }]) });
    expect(await addressesOf(resolver, 'echo')).toEqual(['10.1.2.3']);
  });

  it('asks the system where no server listens', async () => {
    const names = await serve({});
    await names.stop();
    server = null;
    const resolver = resolverOn(names, { askSystem: () => Promise.resolve([{ address: '10.1.2.3' }]) });
    expect(await addressesOf(resolver, 'echo')).toEqual(['10.1.2.3']);
  });

  it('asks the system two questions at once, however many there are', async () => {
    const names = await serve({});
    const waiting: (() => void)[] = [];
    const askSystem = vi.fn(
      () =>
        new Promise<{ address: string }[]>((resolve) =>
          waiting.push(() => resolve([{ address: '10.1.2.3' }])),
        ),
    );
    const resolver = resolverOn(names, { askSystem });
    const found = Promise.all(Array.from({ length: 50 }, (_, index) => resolver.resolve(`name-${index}`)));
    let most = 0;
    for (let answered = 0; answered < 50; answered += 1) {
      await expect.poll(() => waiting.length).toBeGreaterThan(0);
      most = Math.max(most, waiting.length);
      waiting.shift()?.();
    }
    await found;
    expect(most).toBe(2);
  });
});
