import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { recordingLogger } from '../../../test/support/config-bus/recording-logger.js';
import { longWait } from '../../../test/support/long-wait.js';
import { startRedisServer, type RedisServer } from '../../../test/support/redis-server.js';
import { requestOf, slotOf, tenantWith } from '../../../test/support/slot-requests.js';
import type { AcquireResult, SlotRequest } from '../connection-limits.js';
import { FleetConnectionLimiter } from './fleet-connection-limiter.js';

let server: RedisServer;
let admin: Redis;
let limiter: FleetConnectionLimiter;

beforeAll(async () => {
  server = await startRedisServer();
  admin = new Redis(server.url);
});
beforeEach(async () => {
  await admin.flushall();
  const { logger } = recordingLogger();
  const now = (): number => performance.now();
  limiter = new FleetConnectionLimiter({ url: server.url, prefix: 'test', logger, now });
  await limiter.start();
});
afterEach(() => limiter.close());
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

function codeOf(result: AcquireResult): string {
  if (result.ok) return 'slot';
  return result.code === 'connection_limit' ? result.limit : result.code;
}

async function codesOf(requests: readonly SlotRequest[]): Promise<string[]> {
  return (await Promise.all(requests.map((request) => limiter.acquire(request)))).map(codeOf);
}

test('the requests of one turn for a tenant are one command, in which each gets what it would get alone', async () => {
  const tenant = tenantWith({ maxConnections: 6, maxConnectionsPerIp: 3 });
  const from = (clientAddress: string): SlotRequest => ({ ...requestOf(tenant), clientAddress });
  const [one, other, third] = [from('192.0.2.1'), from('192.0.2.2'), from('192.0.2.3')];
  slotOf(await limiter.acquire(one));
  await admin.config('RESETSTAT');
  expect(await codesOf([one, one, one, other, other, one, third, third])).toEqual([
    'slot',
    'slot',
    'address',
    'slot',
    'slot',
    'address',
    'slot',
    'tenant',
  ]);
  expect(await admin.info('commandstats')).toMatch(/cmdstat_evalsha:calls=1,/);
  expect(await admin.hget(`test:slots:{${tenant.id}}`, `tenant:${tenant.id}`)).toBe('6');
});

test('a limit that changes between two requests of a turn applies to the later ones', async () => {
  const tenant = tenantWith({ maxConnections: 2 });
  const lowered = { ...tenant, limits: { ...tenant.limits, maxConnections: 1 } };
  expect(await codesOf([requestOf(tenant), requestOf(lowered), requestOf(tenant)])).toEqual([
    'slot',
    'tenant',
    'slot',
  ]);
});

test('a batch takes as many tokens of the connect rate as it takes slots', async () => {
  const tenant = tenantWith({ connectionsPerSecond: 1000, maxConnections: 2 });
  const request = requestOf(tenant);
  expect(await codesOf([request, request, request])).toEqual(['slot', 'slot', 'tenant']);
  expect(await admin.hget(`test:slots:{${tenant.id}}:rate`, 'tokens')).toBe('998');
  const slow = requestOf(tenantWith({ connectionsPerSecond: 1 / 50, maxConnections: 0 }));
  expect(await codesOf([slow, slow])).toEqual(['connect_rate', 'connect_rate']);
});

test('a slot that is released is free for the next request of the same gateway', async () => {
  const request = requestOf(tenantWith({ maxConnections: 1 }));
  for (let count = 0; count < 20; count += 1) slotOf(await limiter.acquire(request)).release();
  await vi.waitFor(async () => expect(await admin.keys('test:slots:*')).toEqual([]), longWait);
  expect(limiter.counts()).toMatchObject({ connections: 0, tenants: 0 });
});
