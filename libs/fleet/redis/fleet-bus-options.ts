import type { Logger } from '#libs/redis';

/** The options of both sides of the fleet bus. */
export interface RedisFleetBusOptions {
  url: string;
  /** What every name in Redis starts with. */
  prefix: string;
  logger: Logger;
  /** How long after its last heartbeat a gateway is forgotten; an hour by default. */
  forgetMs?: number;
}

export const defaultForgetMs = 60 * 60 * 1000;

/** Its name in errors. */
export const fleetBus = 'the fleet bus';
