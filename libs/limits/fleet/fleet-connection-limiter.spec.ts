import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { LightAbort } from '#libs/async';
import { recordingLogger } from '../../../test/support/config-bus/recording-logger.js';
import { describeConnectionLimiter } from '../../../test/support/connection-limiter-contract.js';
import { longWait } from '../../../test/support/long-wait.js';
import { startRedisServer, type RedisServer } from '../../../test/support/redis-server.js';
import { keyOf, requestOf, routeOf, slotOf, tenantWith } from '../../../test/support/slot-requests.js';
import { startTcpProxy } from '../../../test/support/tcp-proxy.js';
import type { AcquireResult, Slot, SlotRequest } from '../connection-limits.js';
import { FleetConnectionLimiter } from './fleet-connection-limiter.js';

const nothing = { connections: 0, tenants: 0, routes: 0, keys: 0, addresses: 0 };
const leaseMs = 1000;

let server: RedisServer;
let admin: Redis;
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  server = await startRedisServer();
  admin = new Redis(server.url);
  admin.on('error', () => undefined);
});
beforeEach(async () => {
  await admin.flushall();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

async function gateway(url = server.url, timeoutMs = 2000): Promise<FleetConnectionLimiter> {
  const { logger } = recordingLogger();
  const now = (): number => performance.now();
  const limiter = new FleetConnectionLimiter({ url, prefix: 'test', logger, leaseMs, timeoutMs, now });
  closing.push(() => limiter.close());
  await limiter.start();
  expect(limiter.status().scope).toBe('fleet');
  return limiter;
}

function fleetOf(count: number): Promise<FleetConnectionLimiter[]> {
  return Promise.all(Array.from({ length: count }, () => gateway()));
}

/** Sends concurrent requests, distributed over all gateways in turn. */
function acquireMany(
  gateways: readonly FleetConnectionLimiter[],
  count: number,
  request: (index: number) => SlotRequest,
): Promise<AcquireResult[]> {
  return Promise.all(
    Array.from({ length: count }, (_, index) => {
      const limiter = gateways[index % gateways.length];
      return limiter ? limiter.acquire(request(index)) : expect.unreachable('no gateway');
    }),
  );
}

function slotsOf(results: readonly AcquireResult[]): Slot[] {
  return results.flatMap((result) => (result.ok ? [result.slot] : []));
}

/** Waits until Redis counts no slot any more. */
async function untilNothingIsCounted(): Promise<void> {
  await vi.waitFor(async () => expect(await admin.keys('test:slots:*')).toEqual([]), longWait);
}

/** Waits until each gateway knows the number of gateways. */
async function untilMembershipIsKnown(gateways: readonly FleetConnectionLimiter[]): Promise<void> {
  const counts = (): number[] => gateways.map((limiter) => limiter.status().gateways);
  await vi.waitFor(() => expect(Math.min(...counts())).toBe(gateways.length), longWait);
}

function totalOf(tenantId: string): Promise<string | null> {
  return admin.hget(`test:slots:{${tenantId}}`, `tenant:${tenantId}`);
}

describeConnectionLimiter('FleetConnectionLimiter', () => gateway());

describe('FleetConnectionLimiter', () => {
  test('three gateways together admit exactly as many as the limit, every time', async () => {
    const gateways = await fleetOf(3);
    const tenant = tenantWith({ maxConnections: 100 });
    const request = requestOf(tenant);
    for (let round = 0; round < 10; round += 1) {
      const results = await acquireMany(gateways, 500, () => request);
      const slots = slotsOf(results);
      expect(slots).toHaveLength(100);
      expect(results.find(({ ok }) => !ok)).toMatchObject({ code: 'connection_limit', limit: 'tenant' });
      for (const slot of slots) slot.release();
      await untilNothingIsCounted();
    }
    for (const limiter of gateways) expect(limiter.counts()).toMatchObject(nothing);
  });

  test.each([
    ['route', (tenant = tenantWith()) => requestOf(tenant, { route: routeOf(tenant, 7) })],
    ['key', (tenant = tenantWith()) => requestOf(tenant, { apiKey: keyOf(tenant, 7) })],
    ['address', () => requestOf(tenantWith({ maxConnectionsPerIp: 7 }))],
  ] as const)('counts a %s over the fleet', async (kind, make) => {
    const gateways = await fleetOf(3);
    const request = make();
    const results = await acquireMany(gateways, 30, () => request);
    expect(slotsOf(results)).toHaveLength(7);
    expect(results.find(({ ok }) => !ok)).toMatchObject({ limit: kind });
  });

  test('aborted requests take no slot, and are not sent to Redis while they wait for their turn', async () => {
    const limiter = await gateway();
    const abort = new LightAbort();
    const tenant = tenantWith({ connectionsPerSecond: 1000, maxConnections: 100 });
    const request = requestOf(tenant);
    const left = Array.from({ length: 500 }, () => limiter.acquire(request, abort));
    // The first 100 of them are sent.
    await new Promise<void>((resolve) => process.nextTick(resolve));
    abort.abort();
    for (const result of left) expect(await result).toEqual({ ok: false, code: 'aborted' });
    expect(Number(await admin.hget(`test:slots:{${tenant.id}}:rate`, 'tokens'))).toBeGreaterThanOrEqual(900);
    await untilNothingIsCounted();
    expect(limiter.counts()).toMatchObject(nothing);
    expect(slotsOf(await acquireMany([limiter], 100, () => request))).toHaveLength(100);
  });

  test('a connect rate applies to the whole fleet', async () => {
    const gateways = await fleetOf(3);
    const request = requestOf(tenantWith({ connectionsPerSecond: 1 / 50 }));
    expect(slotsOf(await acquireMany(gateways, 9, () => request))).toHaveLength(0);
    const slow = requestOf(tenantWith({ connectionsPerSecond: 3 }));
    const results = await acquireMany(gateways, 30, () => slow);
    expect(results.find(({ ok }) => !ok)).toMatchObject({ code: 'connect_rate', limit: 'tenant' });
    expect(slotsOf(results).length).toBeGreaterThanOrEqual(3);
    // The requests take one second at most, also on a busy machine.
    expect(slotsOf(results).length).toBeLessThanOrEqual(6);
  });

  test('a slot is released once, even if release is called several times', async () => {
    const [one, other] = await fleetOf(2);
    const tenant = tenantWith({ maxConnections: 2 });
    const request = requestOf(tenant);
    const slots = slotsOf(
      await acquireMany(
        [one, other].flatMap((limiter) => limiter ?? []),
        2,
        () => request,
      ),
    );
    slots[0]?.release();
    slots[0]?.release();
    await vi.waitFor(async () => expect(await totalOf(tenant.id)).toBe('1'), longWait);
    expect((await one?.acquire(request))?.ok).toBe(true);
    expect((await other?.acquire(request))?.ok).toBe(false);
  });

  test('the slots of a dead gateway are free when its lease expires', async () => {
    const survivor = await gateway();
    const proxy = await startTcpProxy(Number(new URL(server.url).port));
    closing.push(() => {
      proxy.close();
    });
    const lost = await gateway(`redis://127.0.0.1:${proxy.port}`);
    const tenant = tenantWith({ maxConnections: 10 });
    const request = requestOf(tenant);
    expect(slotsOf(await acquireMany([lost], 8, () => request))).toHaveLength(8);
    expect(slotsOf(await acquireMany([survivor], 8, () => request))).toHaveLength(2);
    proxy.partition();
    await vi.waitFor(async () => expect((await survivor.acquire(request)).ok).toBe(true), longWait);
    expect(slotsOf(await acquireMany([survivor], 20, () => request))).toHaveLength(7);
    expect(await totalOf(tenant.id)).toBe('10');
  });

  test('a gateway that was disconnected for longer than its lease writes its slots again', async () => {
    const survivor = await gateway();
    const proxy = await startTcpProxy(Number(new URL(server.url).port));
    closing.push(() => {
      proxy.close();
    });
    const lost = await gateway(`redis://127.0.0.1:${proxy.port}`);
    const tenant = tenantWith({ maxConnections: 10 });
    const request = requestOf(tenant);
    const kept = slotsOf(await acquireMany([lost], 6, () => request));
    slotsOf(await acquireMany([survivor], 4, () => request));
    proxy.partition();
    await vi.waitFor(async () => expect((await survivor.acquire(request)).ok).toBe(true), longWait);
    kept.pop()?.release();
    proxy.heal();
    await vi.waitFor(async () => expect(await totalOf(tenant.id)).toBe('10'), longWait);
    await vi.waitFor(() => expect(lost.status().scope).toBe('fleet'), longWait);
    expect((await lost.acquire(request)).ok).toBe(false);
    kept.pop()?.release();
    await vi.waitFor(async () => expect(await totalOf(tenant.id)).toBe('9'), longWait);
  });

  test('while Redis is down, each gateway admits its share of the free slots, and all slots are counted afterwards', async () => {
    const gateways = await fleetOf(2);
    const tenant = tenantWith({ maxConnections: 20 });
    const request = requestOf(tenant);
    await untilMembershipIsKnown(gateways);
    const before = slotsOf(await acquireMany(gateways, 8, () => request));
    await server.shutDown();
    const during = slotsOf(await acquireMany(gateways, 60, () => request));
    // Each gateway held 4 and knows of at most 4 of the other, so 12 or more were free, and each takes half
    // of them.
    expect(gateways.map((limiter) => limiter.status().scope)).toEqual(['gateway', 'gateway']);
    expect(during.length).toBeGreaterThanOrEqual(12);
    expect(before.length + during.length).toBeLessThanOrEqual(24);
    during.pop()?.release();
    before.pop()?.release();
    await server.start();
    const held = before.length + during.length;
    await vi.waitFor(async () => expect(await totalOf(tenant.id)).toBe(String(held)), longWait);
    await vi.waitFor(
      () => expect(gateways.map((limiter) => limiter.status().scope)).toEqual(['fleet', 'fleet']),
      longWait,
    );
    for (const slot of [...before, ...during]) slot.release();
    await untilNothingIsCounted();
    expect(slotsOf(await acquireMany(gateways, 60, () => request))).toHaveLength(20);
  });

  test('a gateway that has never reached Redis admits no more than the whole limit', async () => {
    const { logger } = recordingLogger();
    const limiter = new FleetConnectionLimiter({
      url: 'redis://127.0.0.1:1',
      prefix: 'test',
      logger,
      now: () => performance.now(),
    });
    closing.push(() => limiter.close());
    await limiter.start();
    expect(limiter.status().scope).toBe('gateway');
    const request = requestOf(tenantWith({ maxConnections: 5 }));
    expect(slotsOf(await acquireMany([limiter], 20, () => request))).toHaveLength(5);
  });

  test('all held slots are counted again after Redis lost its data', async () => {
    const gateways = await fleetOf(3);
    const tenant = tenantWith({ maxConnections: 30 });
    const request = requestOf(tenant);
    const slots = slotsOf(await acquireMany(gateways, 15, () => request));
    await server.restartEmpty();
    await vi.waitFor(async () => expect(await totalOf(tenant.id)).toBe('15'), longWait);
    await vi.waitFor(
      () => expect(gateways.map((limiter) => limiter.status().scope)).toEqual(['fleet', 'fleet', 'fleet']),
      longWait,
    );
    const more = slotsOf(await acquireMany(gateways, 60, () => request));
    expect(more).toHaveLength(15);
    for (const slot of [...slots, ...more]) slot.release();
    await untilNothingIsCounted();
  });

  test('the next request detects that Redis lost the slots', async () => {
    const [one] = await fleetOf(1);
    const tenant = tenantWith({ maxConnections: 5 });
    const request = requestOf(tenant);
    const limiter = one ?? expect.unreachable('no gateway');
    slotsOf(await acquireMany([limiter], 5, () => request));
    await admin.del(`test:slots:{${tenant.id}}`, ...(await admin.keys(`test:slots:{${tenant.id}}*`)));
    expect((await limiter.acquire(request)).ok).toBe(false);
    expect(await totalOf(tenant.id)).toBe('5');
  });

  test('a frozen Redis delays a request only for a bounded time', async () => {
    const limiter = await gateway(server.url, 300);
    const request = requestOf(tenantWith({ maxConnections: 5 }));
    server.pause();
    try {
      const results = await acquireMany([limiter], 8, () => request);
      expect(slotsOf(results)).toHaveLength(5);
      expect(limiter.status().scope).toBe('gateway');
    } finally {
      server.resume();
    }
    await vi.waitFor(() => expect(limiter.status().scope).toBe('fleet'), longWait);
  });

  test('slots that Redis counted without answering in time are released later', async () => {
    const limiter = await gateway(server.url, 300);
    const request = requestOf(tenantWith({ maxConnections: 50 }));
    const held = slotsOf(await acquireMany([limiter], 5, () => request));
    server.pause();
    const late = acquireMany([limiter], 20, () => request);
    const results = await late;
    server.resume();
    for (const slot of [...held, ...slotsOf(results)]) slot.release();
    await untilNothingIsCounted();
    expect(limiter.counts()).toMatchObject(nothing);
  });

  test('the slots of a gateway that leaves are free at once', async () => {
    const [leaver, other] = await fleetOf(2);
    const request = requestOf(tenantWith({ maxConnections: 4 }));
    const held = await acquireMany(leaver ? [leaver] : [], 4, () => request);
    slotOf(held[0] ?? expect.unreachable('no slot'));
    await leaver?.close();
    const survivor = other ?? expect.unreachable('no gateway');
    await vi.waitFor(async () => expect((await survivor.acquire(request)).ok).toBe(true), {
      timeout: leaseMs,
      interval: 20,
    });
  });

  test('all keys of a tenant are in one slot of a cluster, with a time to live that renewals extend', async () => {
    const [limiter] = await fleetOf(1);
    const tenant = tenantWith({ maxConnections: 4, connectionsPerSecond: 10 });
    await limiter?.acquire(requestOf(tenant));
    const keys = await admin.keys('test:slots:*');
    expect(keys).toHaveLength(4);
    for (const key of keys) {
      expect(key).toContain(`{${tenant.id}}`);
      expect(await admin.pttl(key)).toBeGreaterThan(0);
    }
    const share = keys.find((key) => key.includes(':holders:')) ?? expect.unreachable('no share');
    await admin.expire(share, 60);
    await vi.waitFor(async () => expect(await admin.ttl(share)).toBeGreaterThan(3600), longWait);
  });
});
