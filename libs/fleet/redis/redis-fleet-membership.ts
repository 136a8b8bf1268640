import type { FleetMembership } from '../ports.js';
import type { RedisFleetOptions } from './redis-fleet.js';

/** A gateway's place in the fleet over Redis; connects when it joins. */
export function createRedisFleetMembership(options: RedisFleetOptions): FleetMembership {
  return {
    join: () => options.logger.warn({}, 'Redis is not served'),
    announce: () => undefined,
    tell: () => undefined,
    leave: () => Promise.resolve(),
  };
}
