import type { Logger } from '#libs/redis';

/** The options of both sides of the fleet bus. */
export interface RedisFleetBusOptions {
  url: string;
  /** The prefix of every name in Redis. */
  prefix: string;
  logger: Logger;
  /** The time after the last heartbeat after which a gateway is forgotten; an hour by default. */
  forgetMs?: number;
}

export const defaultForgetMs = 60 * 60 * 1000;

/** The name of the bus in errors. */
export const fleetBus = 'the fleet bus';
