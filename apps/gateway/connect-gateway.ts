import type { Logger } from 'pino';
import { createRedisConfigSource } from '#libs/config-bus';
import { createRedisTickets } from '#libs/credentials';
import { createRedisFleetMembership } from '#libs/fleet';
import { FleetConnectionLimiter } from '#libs/limits';
import { SettingsError, type GatewaySettings } from '#libs/settings';
import type { GatewayOptions } from './data-plane/gateway-options.js';

interface Bus {
  url: string;
  prefix: string;
  logger: Logger;
}

/** The address of Redis, which a gateway without an API in its process needs. */
export function busOf({ redisUrl, redisPrefix }: GatewaySettings, logger: Logger): Bus {
  if (redisUrl === null) {
    throw new SettingsError('SLUICE_REDIS_URL', 'is needed by a gateway that runs apart from the API');
  }
  return { url: redisUrl, prefix: redisPrefix, logger };
}

/** Connects one gateway to its fleet, except for its limits (see `startFleetLimiter`). */
export function connectGateway(bus: Bus): Pick<GatewayOptions, 'source' | 'membership' | 'tickets'> {
  return {
    source: createRedisConfigSource(bus),
    membership: createRedisFleetMembership(bus),
    tickets: createRedisTickets(bus),
  };
}

/**
 * Creates the limiter that counts connections over the whole fleet; resolves once it counts, or once Redis
 * could not be reached.
 */
export async function startFleetLimiter(bus: Bus): Promise<FleetConnectionLimiter> {
  const limiter = new FleetConnectionLimiter({ ...bus, now: () => performance.now() });
  await limiter.start();
  return limiter;
}
