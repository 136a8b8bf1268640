import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { FleetWorld } from '../support/fleet-world.js';

const patience = { timeout: 25_000, interval: 50 };

let fleet: FleetWorld;
let clients: WebSocket[] = [];

beforeEach(async () => {
  fleet = await FleetWorld.start();
  await fleet.write('POST', '/tenants', { slug: 'acme', limits: { maxConnections: 20 } });
  await fleet.writeRoute('/chat');
  const opened = await vi.waitFor(() => fleet.openOnEach('/chat'), patience);
  await closeAll(opened);
  await expectScopes('fleet');
  await vi.waitFor(async () => {
    const gateways = (await fleet.readiness()).map(({ limits }) => limits.gateways);
    expect(gateways).toEqual([2, 2]);
  }, patience);
});

afterEach(async () => {
  for (const client of clients) client.terminate();
  clients = [];
  await fleet.close();
});

async function closeAll(opened: readonly WebSocket[]): Promise<void> {
  const closes = opened.map((client) => once(client, 'close'));
  for (const client of opened) client.close();
  await Promise.all(closes);
}

async function expectScopes(scope: 'fleet' | 'gateway'): Promise<void> {
  await vi.waitFor(async () => {
    const readiness = await fleet.readiness();
    expect(readiness).toMatchObject(Array(2).fill({ status: 'ready', limits: { scope } }));
  }, patience);
}

/**
 * Opens `count` connections at once, alternating between the gateways; returns the admitted ones and the
 * statuses of the others.
 */
async function crowd(count: number): Promise<{ opened: WebSocket[]; refused: number[] }> {
  const opened: WebSocket[] = [];
  const refused: number[] = [];
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const url = fleet.gateways[index % fleet.gateways.length]?.urls[0] ?? '';
      const client = new WebSocket(`${url}/chat`);
      clients.push(client);
      client.on('error', () => undefined);
      await new Promise<void>((resolve) => {
        client.once('open', () => {
          opened.push(client);
          resolve();
        });
        client.once('unexpected-response', (_request, response) => {
          refused.push(response.statusCode ?? 0);
          response.resume();
          resolve();
        });
      });
    }),
  );
  return { opened, refused };
}

describe('limits over two gateways', () => {
  test('admit exactly as many connections as the tenant may have, however many are requested at once', async () => {
    const { opened, refused } = await crowd(80);
    expect(opened).toHaveLength(20);
    expect(refused).toEqual(Array(60).fill(429));
    await closeAll(opened);
    const again = await vi.waitFor(async () => {
      const results = await crowd(1);
      expect(results.opened).toHaveLength(1);
      return results;
    }, patience);
    expect(again.refused).toEqual([]);
  });

  test('while Redis is down no connection is closed, and each gateway admits its share', async () => {
    const before = await crowd(4);
    expect(before.opened).toHaveLength(4);
    await fleet.redis.shutDown();
    await expectScopes('gateway');
    const during = await crowd(80);
    // At the last report of each gateway about 16 slots were free: half for each.
    expect(during.opened.length).toBeGreaterThanOrEqual(16);
    expect(during.opened.length).toBeLessThanOrEqual(20);
    for (const client of before.opened) {
      client.send('still here');
      expect(await once(client, 'message')).toEqual([Buffer.from('still here'), false]);
    }
    await fleet.redis.start();
    await expectScopes('fleet');
    expect((await crowd(10)).opened).toHaveLength(0);
  });

  test('the slots of a stopped gateway are available to the other gateway', async () => {
    expect((await crowd(20)).opened).toHaveLength(20);
    const leaver = fleet.gateways.shift();
    const held = leaver?.held().slots ?? 0;
    await leaver?.close();
    let freed = 0;
    await vi.waitFor(async () => {
      freed += (await crowd(20)).opened.length;
      expect(freed).toBe(held);
    }, patience);
    expect((await crowd(5)).opened).toHaveLength(0);
  });
});
