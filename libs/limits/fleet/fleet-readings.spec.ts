import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordingLogger } from '../../../test/support/config-bus/recording-logger.js';
import { startRedisServer, type RedisServer } from '../../../test/support/redis-server.js';
import { requestOf, slotOf, tenantWith } from '../../../test/support/slot-requests.js';
import { FleetConnectionLimiter } from './fleet-connection-limiter.js';

let server: RedisServer;
let admin: Redis;
let gateways: FleetConnectionLimiter[];
beforeEach(async () => {
  server = await startRedisServer();
  admin = new Redis(server.url);
  gateways = [await gateway(), await gateway()];
});
afterEach(async () => {
  for (const limiter of gateways) await limiter.close();
  admin.disconnect();
  await server.stop();
});

async function gateway(): Promise<FleetConnectionLimiter> {
  const { logger } = recordingLogger();
  const now = (): number => performance.now();
  const limiter = new FleetConnectionLimiter({ url: server.url, prefix: 'test', logger, now });
  await limiter.start();
  return limiter;
}

function slots(tenantId: string): Promise<Record<string, string>> {
  return admin.hgetall(`test:slots:{${tenantId}}`);
}

test('reading counts the slots of the whole fleet, and writes nothing', async () => {
  const tenant = tenantWith({ maxConnections: 3 });
  const request = requestOf(tenant);
  for (const limiter of gateways) slotOf(await limiter.acquire(request));
  const before = await slots(tenant.id);
  for (const limiter of gateways) {
    const { refusal, counts } = await limiter.read(request);
    expect([refusal, counts[0]]).toEqual([null, { kind: 'tenant', count: 2, limit: 3 }]);
    expect(limiter.counts().connections).toBe(1);
  }
  expect(await slots(tenant.id)).toEqual(before);
});

test('reading of a tenant without connections leaves nothing, here and in Redis', async () => {
  const tenant = tenantWith({ maxConnections: 3 });
  const [limiter] = gateways;
  expect((await limiter?.read(requestOf(tenant)))?.counts[0]).toEqual({ kind: 'tenant', count: 0, limit: 3 });
  expect(limiter?.counts()).toMatchObject({ connections: 0, tenants: 0, routes: 0, keys: 0, addresses: 0 });
  expect(await slots(tenant.id)).toEqual({});
});
