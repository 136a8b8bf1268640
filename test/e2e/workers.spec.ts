import { once } from 'node:events';
import { afterEach, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { WorkersWorld } from '../support/workers-world.js';

const patience = { timeout: 25_000, interval: 50 };

const worlds: WorkersWorld[] = [];
let clients: WebSocket[] = [];

afterEach(async () => {
  for (const client of clients) client.terminate();
  clients = [];
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

async function start(workers: number, environment: Record<string, string> = {}): Promise<WorkersWorld> {
  const world = await WorkersWorld.start(workers, environment);
  worlds.push(world);
  const limits = { maxConnections: 20 };
  await world.fleet.write('POST', '/tenants', { slug: 'acme', limits });
  await world.fleet.writeRoute('/chat');
  await untilServing(world, workers);
  return world;
}

/** Waits until each worker has what the API has published. */
async function untilServing(world: WorkersWorld, workers: number): Promise<void> {
  await vi.waitFor(async () => {
    const readiness = await world.readiness();
    expect(readiness.httpStatus).toBe(200);
    expect(readiness.workers.map(({ state }) => state)).toEqual(Array(workers).fill('ready'));
    expect(readiness.workers.map(({ appliedPosition }) => appliedPosition?.revision)).toEqual(
      Array(workers).fill(2),
    );
  }, patience);
}

async function open(world: WorkersWorld): Promise<WebSocket | number> {
  const client = new WebSocket(`${world.url}/chat`);
  clients.push(client);
  client.on('error', () => undefined);
  return new Promise((resolve, reject) => {
    client.once('open', () => resolve(client));
    client.once('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      response.resume();
    });
    client.once('close', (code) => reject(new Error(`closed with ${code}`)));
  });
}

async function crowd(
  world: WorkersWorld,
  count: number,
): Promise<{ opened: WebSocket[]; refused: number[] }> {
  const results = await Promise.all(Array.from({ length: count }, () => open(world)));
  return {
    opened: results.flatMap((result) => (result instanceof WebSocket ? [result] : [])),
    refused: results.flatMap((result) => (result instanceof WebSocket ? [] : [result])),
  };
}

async function echoes(client: WebSocket): Promise<void> {
  client.send('still here');
  expect(await once(client, 'message')).toEqual([Buffer.from('still here'), false]);
}

it('four workers let in exactly as many as the tenant may have, with Redis and without', async () => {
  const world = await start(4);
  const { opened, refused } = await crowd(world, 80);
  expect(opened).toHaveLength(20);
  expect(refused).toEqual(Array(60).fill(429));
  const closes = opened.map((client) => once(client, 'close'));
  for (const client of opened.slice(0, 10)) client.close();
  await Promise.all(closes.slice(0, 10));
  await world.fleet.redis.kill();
  await vi.waitFor(async () => expect((await world.readiness()).limits.scope).toBe('gateway'), patience);
  const without = await crowd(world, 80);
  expect(without.opened).toHaveLength(10);
  for (const client of opened.slice(10)) await echoes(client);
});
