import { once } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import type { RebalancePlan, RebalanceProgress } from '#libs/contract';
import { startEcho, type RunningEcho } from '../../apps/echo/start-echo.js';
import { FleetWorld } from '../support/fleet-world.js';
import { longWait } from '../support/long-wait.js';
import { ReturningClient } from '../support/returning-client.js';

const clientCount = 120;

let fleet: FleetWorld;
let upstreams: RunningEcho[];
let clients: ReturningClient[];
let rebalance: string;

beforeEach(async () => {
  fleet = await FleetWorld.start(2);
  const starting = Array.from({ length: 3 }, () => startEcho({ listen: { host: '127.0.0.1', port: 0 } }));
  upstreams = await Promise.all(starting);
  clients = [];
});

afterEach(async () => {
  for (const client of clients) client.leave();
  await fleet.close();
  await Promise.all(upstreams.map((upstream) => upstream.close()));
});

test.each(['roundRobin', 'leastConnections'])(
  'a rebalance after 2 → 3 upstreams evens out two gateways with %s, and closes no connection that came back',
  async (balancing) => {
    await connectToTwoOfThree(balancing);
    const plan = await start({ closesPerSecond: 100 });
    expect(plan.closes).toBe(clientCount / 3);
    await vi.waitFor(async () => expect(await progress()).toMatchObject({ remaining: 0 }), longWait);
    await vi.waitFor(
      () => expect(connections().reduce((sum, count) => sum + count)).toBe(clientCount),
      longWait,
    );
    const even = clientCount / 3;
    for (const count of connections()) expect(Math.abs(count - even)).toBeLessThanOrEqual(0.05 * even);
    const closes = clients.flatMap((client) => client.closes);
    expect(closes).toEqual(Array(plan.closes).fill([1012, 'rebalanced']));
    expect(Math.max(...clients.map((client) => client.closes.length))).toBe(1);
  },
);

test('a dry run says what would be closed, and closes nothing', async () => {
  await connectToTwoOfThree('leastConnections');
  const plan = await start({ dryRun: true });
  expect(plan.upstreams.map(({ connections: before, closes }) => [before, closes])).toEqual([
    [60, 20],
    [60, 20],
    [0, 0],
  ]);
  expect(await progress()).toMatchObject({ isRunning: false, startedAt: null, total: 0 });
  expect(connections()).toEqual([60, 60, 0]);
});

test('a rebalance that is stopped leaves the rest where it is', async () => {
  await connectToTwoOfThree('leastConnections');
  await start({ closesPerSecond: 1 });
  expect(await progress()).toMatchObject({ isRunning: true, total: 40 });
  const stopped = await write<RebalanceProgress>('DELETE');
  expect(stopped).toMatchObject({ isRunning: false, remaining: 0 });
  expect(stopped.total).toBeLessThan(10);
});

test('a route whose connections are hashed cannot be rebalanced: 409 rebalance_not_possible', async () => {
  await writeRoute('consistentHash', 3, { hashKey: { from: 'clientAddress' } });
  await expect(start({})).rejects.toThrow('rebalance_not_possible');
});

test('a route whose upstreams are discovered cannot be rebalanced: 409 rebalance_not_possible', async () => {
  const upstreams = [{ url: 'ws://_ws._tcp.chat.test', discovery: 'srv' }];
  await writeRoute('roundRobin', 3, { upstreams });
  await expect(start({})).rejects.toThrow('rebalance_not_possible');
});

async function writeRoute(balancing: string, count: number, others: object = {}): Promise<string> {
  await fleet.write('POST', '/tenants', { slug: 'acme' });
  const { id } = await fleet.writeRoute('/', {
    auth: { mode: 'none' },
    upstreams: listed(count),
    balancing,
    ...others,
  });
  rebalance = `/tenants/acme/routes/${id}/upstreams/rebalance`;
  return id;
}

/** All clients are connected to the first two upstreams, and the third has just been added. */
async function connectToTwoOfThree(balancing: string): Promise<void> {
  const id = await writeRoute(balancing, 2);
  const probes = await vi.waitFor(() => fleet.openOnEach('/'), longWait);
  for (const probe of probes) await closed(probe);
  const urls = fleet.gateways.map((gateway) => gateway.urls[0] ?? '');
  clients = Array.from({ length: clientCount }, (_, index) => new ReturningClient(urls, index));
  await Promise.all(clients.map((client) => client.opened()));
  await vi.waitFor(() => expect(connections()).toEqual([60, 60, 0]), longWait);
  await fleet.write('PATCH', `/tenants/acme/routes/${id}`, { upstreams: listed(3) }, { prefer: 'wait=10' });
}

function listed(count: number): { url: string }[] {
  return upstreams.slice(0, count).map(({ url }) => ({ url }));
}

async function start(request: object): Promise<RebalancePlan> {
  return write('POST', request);
}

async function progress(): Promise<RebalanceProgress> {
  return write('GET');
}

async function write<Body>(method: string, body?: object): Promise<Body> {
  return (await fleet.write(method, rebalance, body)) as unknown as Body;
}

/** Live connections of each upstream, over all gateways. */
function connections(): number[] {
  const urls = fleet.gateways.flatMap((gateway) =>
    [...gateway.connections.all()].map(({ upstreamUrl }) => upstreamUrl),
  );
  return upstreams.map(({ url }) => urls.filter((one) => one === url).length);
}

async function closed(client: WebSocket): Promise<void> {
  client.close();
  await once(client, 'close');
}
