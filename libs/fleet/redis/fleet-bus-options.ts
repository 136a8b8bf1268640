import type { Logger } from '#libs/redis';

/** What both ends of the fleet bus are told. */
export interface RedisFleetBusOptions {
  url: string;
  /** What every name in Redis starts with. */
  prefix: string;
  logger: Logger;
  /** How long after its last heartbeat a gateway is forgotten; an hour unless told. */
  forgetMs?: number;
}

export const usualForgetMs = 60 * 60 * 1000;

/** What errors call it. */
export const fleetBus = 'the fleet bus';
