import { once } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { type WebSocket } from 'ws';
import { FleetWorld } from '../support/fleet-world.js';
import { ask, startRedisCluster } from '../support/redis-cluster.js';
import { startRedisSentinels } from '../support/redis-sentinels.js';

// The publisher tries again after five seconds at most.
const patience = { timeout: 25_000, interval: 50 };

let fleet: FleetWorld;
afterEach(() => fleet.close());

test('when the primary dies, gateways and API switch to the primary that the sentinels promote', async () => {
  const redis = await startRedisSentinels();
  fleet = await FleetWorld.start(2, redis);
  const clients = await serveOn('/before');
  await redis.primary.kill();
  await expectChangesToArrive('/after');
  expect(await ask(redis.replica, (replica) => replica.info('replication'))).toMatch(/role:master/);
  expect(await ask(redis.replica, (replica) => replica.hlen(entries()))).toBeGreaterThan(1);
  await expectEcho(clients);
});

test('when nodes of a cluster die or fail over to a replica, gateways and API switch to the new primaries', async () => {
  const cluster = await startRedisCluster();
  const owners = [await cluster.ownerOf('{fleet}'), await cluster.ownerOf('{config}')] as const;
  const [fleetReplica, configReplica] = await Promise.all(owners.map((owner) => cluster.addReplicaOf(owner)));
  fleet = await FleetWorld.start(2, cluster);
  const clients = await serveOn('/before');
  await ask(fleetReplica, (redis) => redis.call('CLUSTER', 'FAILOVER'));
  await vi.waitFor(async () => expect(await cluster.ownerOf('{fleet}')).toBe(fleetReplica), patience);
  // No connection breaks: a subscriber has to notice by itself that messages are published on another node.
  await expectChangesToArrive('/after');
  await owners[1].kill();
  await expectChangesToArrive('/later');
  expect(await cluster.ownerOf('{config}')).toBe(configReplica);
  await expectEcho(clients);
});

const entries = (): string => `${fleet.redisPrefix}:{config}:entries`;

async function serveOn(path: string): Promise<WebSocket[]> {
  await fleet.write('POST', '/tenants', { slug: 'acme' });
  await fleet.writeRoute(path);
  return vi.waitFor(() => fleet.openOnEach(path), patience);
}

/**
 * Checks that a write reaches both gateways, that they count limits fleet-wide, and that they answer fleet
 * requests.
 */
async function expectChangesToArrive(path: string): Promise<void> {
  await fleet.writeRoute(path);
  const opened = await vi.waitFor(() => fleet.openOnEach(path), patience);
  await vi.waitFor(async () => {
    const limits = (await fleet.readiness()).map((readiness) => readiness.limits);
    expect(limits).toEqual(Array(2).fill({ scope: 'fleet', gateways: 2 }));
    const { items, silentGateways } = (await fleet.write('GET', '/connections')) as unknown as ConnectionPage;
    expect([items.length, silentGateways]).toEqual([4, []]);
  }, patience);
  for (const client of opened) client.terminate();
}

interface ConnectionPage {
  items: unknown[];
  silentGateways: string[];
}

async function expectEcho(clients: readonly WebSocket[]): Promise<void> {
  for (const client of clients) {
    client.send('still here');
    expect(await once(client, 'message')).toEqual([Buffer.from('still here'), false]);
  }
}
