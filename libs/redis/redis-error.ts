/**
 * Redis cannot be reached, or an operation failed. The message never contains a password, a key or an entry,
 * and no cause is attached: an ioredis error carries the arguments of its command, which may.
 */
export class RedisError extends Error {
  /** @param bus the user of Redis that failed, as in `the configuration bus` */
  constructor(bus: string, reason: string) {
    super(`${bus} failed: ${reason}`);
    this.name = 'RedisError';
  }
}
