/**
 * A bus cannot be reached or failed. The message never holds a password, a key or an entry, and nothing else is
 * attached: an ioredis error carries the arguments of its command, which do.
 */
export class RedisError extends Error {
  /** @param bus Which bus it is, as in `the configuration bus` */
  constructor(bus: string, reason: string) {
    super(`${bus} failed: ${reason}`);
    this.name = 'RedisError';
  }
}
