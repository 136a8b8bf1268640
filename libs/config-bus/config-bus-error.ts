/**
 * The bus cannot be reached or failed. The message never holds a password, a key or an entry, and nothing else is
 * attached: an ioredis error carries the arguments of its command, which do.
 */
export class ConfigBusError extends Error {
  constructor(reason: string) {
    super(`the configuration bus failed: ${reason}`);
    this.name = 'ConfigBusError';
  }
}
