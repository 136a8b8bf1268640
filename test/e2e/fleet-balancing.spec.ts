import { once } from 'node:events';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startEcho, type RunningEcho } from '../../apps/echo/start-echo.js';
import { FleetWorld } from '../support/fleet-world.js';
import { longWait } from '../support/long-wait.js';

let fleet: FleetWorld;
let redis: Redis;
let upstreams: RunningEcho[];

beforeEach(async () => {
  const starting = Array.from({ length: 3 }, () => startEcho({ listen: { host: '127.0.0.1', port: 0 } }));
  upstreams = await Promise.all(starting);
  fleet = await FleetWorld.start(0);
  fleet.heartbeatMs = 100;
  redis = new Redis(fleet.redis.url);
});

afterEach(async () => {
  redis.disconnect();
  await fleet.close();
  await Promise.all(upstreams.map((upstream) => upstream.close()));
});

test('a new gateway sends its connections to the upstream that has too few in the other gateways', async () => {
  await fleet.startGateway(0);
  await fleet.write('POST', '/tenants', { slug: 'acme' });
  const route = { match: { path: '/' }, auth: { mode: 'none' }, balancing: 'leastConnections' };
  const wait = { prefer: 'wait=10' };
  const { id } = await fleet.write(
    'POST',
    '/tenants/acme/routes',
    { ...route, upstreams: urls().slice(0, 2) },
    wait,
  );
  await open(0, 20);
  await fleet.write('PATCH', `/tenants/acme/routes/${id}`, { upstreams: urls() }, wait);
  expect(connections(0)).toEqual([10, 10, 0]);
  await heartbeats();
  await fleet.startGateway(1);
  await heartbeats();
  // Its share of the 20, which is half, and what it gets itself: 5, 5 and 0 to 5.
  await open(1, 5);
  expect(connections(1)).toEqual([0, 0, 5]);
  await heartbeats();
  await open(1, 2);
  expect(connections(1)).toEqual([0, 0, 7]);
  await fleet.gateways[0]?.close();
  await vi.waitFor(async () => expect(await redis.hlen(loadsKey())).toBe(1), longWait);
});

function urls(): { url: string }[] {
  return upstreams.map(({ url }) => ({ url }));
}

async function open(gateway: number, count: number): Promise<void> {
  const url = fleet.gateways[gateway]?.urls[0] ?? '';
  for (let index = 0; index < count; index += 1) await once(new WebSocket(url), 'open');
}

/** Live connections of a gateway at each upstream. */
function connections(gateway: number): number[] {
  const live = [...(fleet.gateways[gateway]?.connections.all() ?? [])].map(({ upstreamUrl }) => upstreamUrl);
  return upstreams.map(({ url }) => live.filter((one) => one === url).length);
}

/** Waits until each gateway has reported, and read what the others have, twice. */
async function heartbeats(): Promise<void> {
  for (let beats = 0; beats < 2; beats += 1) {
    const before = Object.values(await redis.hgetall(loadsKey()));
    await vi.waitFor(async () => {
      const now = Object.values(await redis.hgetall(loadsKey()));
      expect(now).toHaveLength(fleet.gateways.length);
      expect(now.filter((report) => before.includes(report))).toEqual([]);
    }, longWait);
  }
}

function loadsKey(): string {
  return `${fleet.redisPrefix}:{fleet}:loads`;
}
