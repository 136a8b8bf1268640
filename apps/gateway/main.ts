import { createRedisConfigSource } from '#libs/config-bus';
import { createRedisFleetMembership } from '#libs/fleet';
import { FleetConnectionLimiter } from '#libs/fleet-limits';
import { readGatewaySettings, SettingsError } from '#libs/settings';
import { createRedisTickets } from '#libs/tickets';
import { createLogger } from '../bootstrap/create-logger.js';
import { runUntilStopped } from '../bootstrap/run-until-stopped.js';
import { startGateway } from './start-gateway.js';

await runUntilStopped(async () => {
  const settings = readGatewaySettings(process.env);
  const { redisUrl, redisPrefix, logLevel } = settings;
  if (redisUrl === null) {
    throw new SettingsError('SLUICE_REDIS_URL', 'is needed by a gateway that runs apart from the API');
  }
  const logger = createLogger('gateway', logLevel);
  const bus = { url: redisUrl, prefix: redisPrefix, logger };
  const source = createRedisConfigSource(bus);
  const membership = createRedisFleetMembership(bus);
  const tickets = createRedisTickets(bus);
  const limiter = new FleetConnectionLimiter({ ...bus, now: () => performance.now() });
  await limiter.start();
  const gateway = await startGateway({ settings, source, membership, tickets, limiter, logger });
  logger.info({ id: gateway.id, urls: gateway.urls, adminUrl: gateway.adminUrl }, 'the gateway listens');
  return async () => {
    await gateway.drain();
    await gateway.close();
  };
});
