import { once } from 'node:events';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { redisKeys } from '../../libs/config-bus/redis/redis-keys.js';
import { createRedisFleet } from '#libs/fleet';
import { FleetWorld } from '../support/fleet-world.js';

const silentLogger = pino({ level: 'silent' });
// The publisher tries again after five seconds at most.
const patience = { timeout: 25_000, interval: 50 };

let fleet: FleetWorld;

beforeEach(async () => {
  fleet = await FleetWorld.start();
  await fleet.write('POST', '/tenants', { slug: 'acme' });
});

afterEach(() => fleet.close());

/** Waits until each gateway admits a connection; returns one connection on each. */
function openWhenApplied(path: string, headers: Record<string, string> = {}): Promise<WebSocket[]> {
  return vi.waitFor(() => fleet.openOnEach(path, headers), patience);
}

async function expectEcho(clients: readonly WebSocket[]): Promise<void> {
  for (const client of clients) {
    client.send('still here');
    expect(await once(client, 'message')).toEqual([Buffer.from('still here'), false]);
  }
}

async function apiMetrics(): Promise<string> {
  return (await fetch(`${fleet.apiUrl}/metrics`)).text();
}

async function measuredChanges(): Promise<number> {
  const [, count] = /^sluice_change_propagation_seconds_count (\d+)$/m.exec(await apiMetrics()) ?? [];
  return Number(count ?? 0);
}

async function expectStates(state: string): Promise<void> {
  await vi.waitFor(async () => {
    const readiness = await fleet.readiness();
    expect(readiness).toMatchObject(Array(2).fill({ status: 'ready', configuration: { state } }));
  }, patience);
}

describe('two gateways of one fleet', () => {
  test('both serve a route that was created over REST', async () => {
    await fleet.writeRoute('/chat');
    await expectEcho(await openWhenApplied('/chat'));
  });

  test('both serve a route once the API has answered a write with Prefer: wait', async () => {
    const upstreams = [{ url: fleet.echo.url }];
    for (const path of ['/one', '/two', '/three']) {
      const route = { match: { path }, upstreams, auth: { mode: 'none' } };
      await fleet.write('POST', '/tenants/acme/routes', route, { prefer: 'wait=30' });
      await expectEcho(await fleet.openOnEach(path));
    }
  });

  test('both report the propagation time of a change, and that they are up to date', async () => {
    // A gateway that joins after a commit is not measured for it, so both must be live before the change.
    await vi.waitFor(
      async () => expect((await fleet.write('GET', '/gateways')).items).toHaveLength(2),
      patience,
    );
    const before = await measuredChanges();
    await vi.waitFor(async () => {
      const measured = (await measuredChanges()) - before;
      // Only some of many changes are measured.
      if (measured === 0) await fleet.write('PATCH', '/tenants/acme', { name: `at ${performance.now()}` });
      expect(measured).toBe(2);
    }, patience);
    await vi.waitFor(async () => {
      const metrics = await apiMetrics();
      expect(metrics).toMatch(/^sluice_gateways_behind 0$/m);
      expect(metrics).toMatch(/^sluice_gateways_behind_revisions 0$/m);
    }, patience);
  });

  test('both close the connections of a revoked key with 1008, and refuse it afterwards', async () => {
    await fleet.writeRoute('/chat', {});
    const { id, key } = await fleet.write('POST', '/tenants/acme/api-keys', { name: 'web' });
    const clients = await openWhenApplied('/chat', { 'X-Api-Key': key });
    const closes = clients.map((client) => once(client, 'close'));
    await fleet.write('DELETE', `/tenants/acme/api-keys/${id}`);
    expect(await Promise.all(closes)).toEqual(Array(2).fill([1008, Buffer.from('key revoked')]));
    await expect(fleet.openOnEach('/chat', { 'X-Api-Key': key })).rejects.toThrow('401');
  });
});

describe('while Redis is down', () => {
  const ways: [name: string, stop: () => Promise<void>, start: () => Promise<void>][] = [
    ['with its data', () => fleet.redis.shutDown(), () => fleet.redis.start()],
    ['empty', () => fleet.redis.kill(), () => fleet.redis.restartEmpty()],
  ];

  test.each(ways)(
    'gateways relay and admit, REST accepts writes, and both catch up when Redis is back %s',
    async (_name, stop, start) => {
      await fleet.writeRoute('/before');
      const clients = await openWhenApplied('/before');
      await stop();
      await expectStates('detached');
      await fleet.writeRoute('/meanwhile');
      await expectEcho(clients);
      await expectEcho(await fleet.openOnEach('/before'));
      await expect(fleet.openOnEach('/meanwhile')).rejects.toThrow('404');
      await start();
      await expectEcho(await openWhenApplied('/meanwhile'));
      await expectStates('following');
      await expectEcho(clients);
    },
  );

  test('and the API is down too, a restarted gateway serves its last configuration', async () => {
    await fleet.writeRoute('/chat');
    await openWhenApplied('/chat');
    await fleet.stopApi();
    await fleet.redis.kill();
    await fleet.gateways[0]?.close();
    await fleet.startGateway(0);
    await expectEcho(await fleet.openOnEach('/chat'));
    const [restarted] = await fleet.readiness();
    expect(restarted).toMatchObject({ status: 'ready', configuration: { source: 'file' } });
  });
});

test('gateways refuse an invalid configuration as a whole and report the reason, and follow again once it is valid', async () => {
  await fleet.writeRoute('/chat');
  const clients = await openWhenApplied('/chat');
  // A running API would correct the snapshot within a second.
  await fleet.stopApi();
  await storeInvalidEntry();
  await expectStates('refusing');
  const readiness = await fleet.readiness();
  for (const { configuration } of readiness) expect(configuration.refusal).toContain('rte_wrong');
  await expectRefusals(expect.stringContaining('rte_wrong'));
  await expectEcho(clients);
  await expectEcho(await fleet.openOnEach('/chat'));
  await fleet.startApi();
  await expectStates('following');
  await expectRefusals(null);
  await expectEcho(clients);
});

/** The gateways as an API lists them, while no API runs that would correct the snapshot. */
async function expectRefusals(refusal: unknown): Promise<void> {
  const asker = createRedisFleet({ url: fleet.redis.url, prefix: fleet.redisPrefix, logger: silentLogger });
  const state = refusal === null ? 'ready' : 'refusing';
  try {
    await vi.waitFor(async () => {
      expect(await asker.gateways()).toMatchObject(Array(2).fill({ state, refusal }));
    }, patience);
  } finally {
    await asker.close();
  }
}

/** Stores a snapshot with one invalid entry as the next revision. */
async function storeInvalidEntry(): Promise<void> {
  const redis = new Redis(fleet.redis.url);
  const keys = redisKeys(fleet.redisPrefix);
  await redis.hset(keys.entries, 'rte_wrong', JSON.stringify({ kind: 'route', id: 'rte_wrong', value: {} }));
  await redis.hincrby(keys.position, 'revision', 1);
  await redis.publish(keys.changes, 'snapshot');
  await redis.quit();
}
