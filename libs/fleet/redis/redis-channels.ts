import { RedisConnection, type RedisConnectionOptions } from '#libs/redis';

type MessageListener = (message: string) => void;

/**
 * The channels that a process subscribes to, on a separate connection, since a subscribed connection accepts
 * few other commands. After an outage of Redis it subscribes again.
 */
export class RedisChannels {
  readonly #connection: RedisConnection;
  readonly #listeners = new Map<string, MessageListener>();

  constructor(options: Omit<RedisConnectionOptions, 'onReconnect'>) {
    this.#connection = new RedisConnection({
      ...options,
      // If this fails, the next `confirm` tries again.
      onReconnect: () => void this.confirm().catch(() => undefined),
    });
    this.#connection.onMessage((message, channel) => this.#listeners.get(channel)?.(message));
  }

  /** Subscribes to the channel with the next `confirm` or connection. */
  add(channel: string, listener: MessageListener): void {
    this.#listeners.set(channel, listener);
  }

  remove(channel: string): void {
    if (!this.#listeners.delete(channel)) return;
    const unsubscribed = this.#connection.run(async (redis) => {
      if (!this.#listeners.has(channel)) await redis.unsubscribe(channel);
    });
    // Without a connection there is no subscription either.
    unsubscribed.catch(() => undefined);
  }

  /**
   * Resolves once all later messages are received; rejects with a RedisError within the timeout otherwise.
   * Subscribing again changes nothing in Redis, and its answer shows that messages still arrive.
   */
  async confirm(): Promise<void> {
    if (this.#listeners.size === 0) return;
    await this.#connection.run((redis) => redis.subscribe(...this.#listeners.keys()));
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    await this.#connection.close();
  }
}
