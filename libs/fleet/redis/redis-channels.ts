import { RedisConnection, type RedisConnectionOptions } from '#libs/redis';

type MessageListener = (message: string) => void;

/**
 * The channels that one process listens to, on a connection of their own, since one that has subscribed can do little else.
 * After Redis was away they are listened to again.
 */
export class RedisChannels {
  private readonly connection: RedisConnection;
  private readonly listeners = new Map<string, MessageListener>();

  constructor(options: Omit<RedisConnectionOptions, 'onReconnect'>) {
    this.connection = new RedisConnection({
      ...options,
      // Where this fails, the next call of the owner tries again.
      onReconnect: () => void this.confirm().catch(() => undefined),
    });
    this.connection.onMessage((message, channel) => this.listeners.get(channel)?.(message));
  }

  /** From the next `confirm` or connection on, the channel is listened to. */
  add(channel: string, listener: MessageListener): void {
    this.listeners.set(channel, listener);
  }

  remove(channel: string): void {
    if (!this.listeners.delete(channel)) return;
    const unsubscribed = this.connection.run(async (redis) => {
      if (!this.listeners.has(channel)) await redis.unsubscribe(channel);
    });
    // Without a connection there is no subscription either.
    unsubscribed.catch(() => undefined);
  }

  /**
   * Resolves when what is published from now on will be heard; rejects with a RedisError in bounded time when it will not.
   * To subscribe again changes nothing in Redis, and the answer shows that messages still arrive.
   */
  async confirm(): Promise<void> {
    if (this.listeners.size === 0) return;
    await this.connection.run((redis) => redis.subscribe(...this.listeners.keys()));
  }

  async close(): Promise<void> {
    this.listeners.clear();
    await this.connection.close();
  }
}
