import { BusError, type BusLogger } from '#libs/bus';
import type { Fleet } from '../ports.js';

export interface RedisFleetOptions {
  url: string;
  /** What every name in Redis starts with. */
  prefix: string;
  logger: BusLogger;
}

/** The fleet as the API reaches it over Redis; connects when it is first used. */
export function createRedisFleet(options: RedisFleetOptions): Fleet {
  const fail = (): Promise<never> =>
    Promise.reject(new BusError('the fleet bus', `${options.prefix} is not served`));
  return { gateways: fail, ask: fail, subscribe: fail, close: () => Promise.resolve() };
}
