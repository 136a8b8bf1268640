import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NameServer, type NameAnswer } from '../../../test/support/name-server.js';
import { NameResolver, type NameResolverOptions } from './name-resolver.js';

type Found = readonly { address: string }[];

let folder: string;
let server: NameServer;
let nowMs = 0;

beforeEach(async () => {
  nowMs = 0;
  folder = await mkdtemp(join(tmpdir(), 'sluice-names-'));
  server = await NameServer.start({});
});

afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

function resolverWith(options: Partial<NameResolverOptions>): NameResolver {
  return new NameResolver({
    servers: [server.address],
    hostsPath: join(folder, 'hosts'),
    resolvConfPath: join(folder, 'resolv.conf'),
    now: () => nowMs,
    ...options,
  });
}

function namesOf(tenant: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${tenant}-${index}.test`);
}

/** Stands for `getaddrinfo`; queries for the names in `silent` stay open until the test ends them. */
class SlowSystem {
  readonly asked: string[] = [];
  readonly silent = new Set<string>();
  readonly #waiting: (() => void)[] = [];

  readonly ask = (name: string): Promise<Found> => {
    this.asked.push(name);
    const found = [{ address: '10.1.2.3' }];
    if (!this.silent.has(name)) return Promise.resolve(found);
    return new Promise((resolve) => this.#waiting.push(() => resolve(found)));
  };

  get underWay(): number {
    return this.#waiting.length;
  }

  answerOne(): void {
    this.#waiting.shift()?.();
  }
}

/** Waits until all queries have ended, so that none is left after the test. */
async function drained(system: SlowSystem, queries: readonly Promise<unknown>[]): Promise<void> {
  system.silent.clear();
  const answering = setInterval(() => system.answerOne(), 1);
  await Promise.all(queries);
  clearInterval(answering);
}

test('names of one tenant that the system does not answer delay no other tenant', async () => {
  const system = new SlowSystem();
  const resolver = resolverWith({ askSystem: system.ask });
  const silent = namesOf('silent', 8);
  for (const name of silent) system.silent.add(name);
  const waiting = silent.map((name) => resolver.resolve(name, 'ten_a'));
  await expect.poll(() => system.underWay).toBe(1);

  expect(await resolver.resolve('echo', 'ten_b')).toEqual([{ address: '10.1.2.3' }]);
  expect(system.underWay).toBe(1);
  await drained(system, waiting);
});

test('a name that waits behind unanswered names of another tenant is resolved at once', async () => {
  const system = new SlowSystem();
  const resolver = resolverWith({ askSystem: system.ask });
  const silent = namesOf('silent', 8);
  for (const name of silent) system.silent.add(name);
  const waiting = [...silent, 'echo'].map((name) => resolver.resolve(name, 'ten_a'));
  await expect.poll(() => server.timesAsked('echo')).toBe(1);

  expect(await resolver.resolve('echo', 'ten_b')).toEqual([{ address: '10.1.2.3' }]);
  await drained(system, waiting);
});

test('at most two queries to the system run at once, however many tenants there are', async () => {
  const system = new SlowSystem();
  const resolver = resolverWith({ askSystem: system.ask });
  const names = namesOf('silent', 50);
  for (const name of names) system.silent.add(name);
  const found = names.map((name, index) => resolver.resolve(name, `ten_${index}`));
  let maxUnderWay = 0;
  for (let answered = 0; answered < 50; answered += 1) {
    await expect.poll(() => system.underWay).toBeGreaterThan(0);
    maxUnderWay = Math.max(maxUnderWay, system.underWay);
    system.answerOne();
  }
  await Promise.all(found);
  expect(maxUnderWay).toBe(2);
});

test('names of one tenant whose servers do not answer delay no other tenant', async () => {
  const silent = namesOf('silent', 100);
  for (const name of silent) server.say(name, 'silent');
  server.say('upstream.test', { ipv4: ['192.0.2.1'] });
  const resolver = resolverWith({ timeoutMs: 500, askSystem: () => Promise.reject(new Error('not asked')) });
  const waiting = silent.map((name) => resolver.resolve(name, 'ten_a').catch(() => 'not found'));
  const found = resolver.resolve('upstream.test', 'ten_b');
  expect(await Promise.race([found, ...waiting])).toEqual([{ address: '192.0.2.1' }]);
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['not found']));
});

test('at most 1,000 names of a tenant are resolved at once, and another tenant resolves its own meanwhile', async () => {
  const system = new SlowSystem();
  const resolver = resolverWith({ askSystem: system.ask });
  const silent = namesOf('silent', 1000);
  for (const name of silent) system.silent.add(name);
  const waiting = silent.map((name) => resolver.resolve(name, 'ten_a'));
  await expect(resolver.resolve('more.test', 'ten_a')).rejects.toThrow('too many names');
  expect(await resolver.resolve('more.test', 'ten_b')).toEqual([{ address: '10.1.2.3' }]);
  await drained(system, waiting);
  expect(await resolver.resolve('more.test', 'ten_a')).toEqual([{ address: '10.1.2.3' }]);
});

test('a tenant of many names does not evict the names of another one', async () => {
  const answers = new Map<string, NameAnswer>([['upstream.test', { ipv4: ['192.0.2.1'] }]]);
  for (const [name, answer] of answers) server.say(name, answer);
  const system = new SlowSystem();
  const resolver = resolverWith({ askSystem: system.ask });
  await resolver.resolve('upstream.test', 'ten_b');
  await resolver.resolve('many-0.test', 'ten_a');
  const many = namesOf('many', 1100);
  // At most 1,000 are resolved at once.
  for (const part of [many.slice(0, 550), many.slice(550)]) {
    await Promise.all(part.map((name) => resolver.resolve(name, 'ten_a')));
  }
  await resolver.resolve('upstream.test', 'ten_b');
  expect(server.timesAsked('upstream.test')).toBe(1);
  const asked = system.asked.length;
  await resolver.resolve('many-0.test', 'ten_a');
  expect(system.asked).toHaveLength(asked + 1);
});
