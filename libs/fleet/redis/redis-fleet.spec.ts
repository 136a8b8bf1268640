import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { recordingLogger } from '../../../test/support/config-bus/recording-logger.js';
import { describeFleet } from '../../../test/support/fleet/fleet-contract.js';
import { startRedisServer, type RedisServer } from '../../../test/support/redis-server.js';
import { createRedisFleet } from './redis-fleet.js';
import { createRedisFleetMembership } from './redis-fleet-membership.js';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer();
});
afterAll(() => server.stop());

describeFleet('Redis fleet', () => {
  const { logger, lines } = recordingLogger();
  const options = { url: server.url, prefix: `test-${randomUUID()}`, logger };
  return {
    fleet: createRedisFleet(options),
    createMembership: () => createRedisFleetMembership(options),
    lines,
  };
});
