import type { Release } from '#libs/async';
import type { ConfigPosition } from '#libs/contract';
import { RedisConnection } from '#libs/redis';
import type { ConfigListener, ConfigSource, StoredSnapshot } from '../ports.js';
import { configurationBus, type RedisConfigBusOptions } from './redis-config-sink.js';
import { parsePosition, redisKeys, snapshotAnnouncement, type RedisKeys } from './redis-keys.js';

/** Follows the configuration that is published to Redis; connects when it is first used. */
export function createRedisConfigSource(options: RedisConfigBusOptions): ConfigSource {
  return new RedisConfigSource(options);
}

class RedisConfigSource implements ConfigSource {
  readonly #keys: RedisKeys;
  readonly #reader: RedisConnection;
  // A subscribed connection accepts no other command than PING.
  readonly #subscriber: RedisConnection;
  readonly #listeners = new Set<ConfigListener>();

  constructor(options: RedisConfigBusOptions) {
    this.#keys = redisKeys(options.prefix);
    const connection = { ...options, bus: configurationBus, slotKey: this.#keys.position };
    this.#reader = new RedisConnection({ ...connection, name: 'config-reader' });
    this.#subscriber = new RedisConnection({
      ...connection,
      name: 'config-subscriber',
      onReconnect: () => void this.#subscribeAgain(),
    });
    this.#subscriber.onMessage((message) => this.#announce(message));
  }

  async subscribe(listener: ConfigListener): Promise<Release> {
    const own: ConfigListener = {
      onChange: (payload) => listener.onChange(payload),
      onDisturbance: () => listener.onDisturbance(),
    };
    this.#listeners.add(own);
    try {
      await this.#subscribeChannel();
    } catch (error) {
      this.#listeners.delete(own);
      throw error;
    }
    return () => this.#release(own);
  }

  async readPosition(): Promise<ConfigPosition | null> {
    const position = await this.#reader.run(async (redis) =>
      parsePosition(await redis.hmget(this.#keys.position, 'epoch', 'revision')),
    );
    // The answer arrives after all earlier announcements, and shows that announcements still arrive.
    if (this.#listeners.size > 0) await this.#subscriber.run((redis) => redis.ping());
    return position;
  }

  readSnapshot(): Promise<StoredSnapshot | null> {
    return this.#reader.runBulk(async (redis) => {
      const results = await redis
        .multi()
        .hmget(this.#keys.position, 'epoch', 'revision', 'fleetId')
        .hvalsBuffer(this.#keys.entries)
        .exec();
      const [fields, entries] = (results ?? []).map(asList);
      const position = parsePosition(fields ?? []);
      const fleetId = fields?.[2];
      return (
        position && {
          ...position,
          fleetId: typeof fleetId === 'string' ? fleetId : null,
          entries: textsOf(entries ?? []),
        }
      );
    });
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    await Promise.all([this.#reader.close(), this.#subscriber.close()]);
  }

  async #subscribeChannel(): Promise<void> {
    await this.#subscriber.run((redis) => redis.subscribe(this.#keys.changes));
  }

  async #subscribeAgain(): Promise<void> {
    if (this.#listeners.size === 0) return;
    try {
      await this.#subscribeChannel();
    } catch {
      // A connection without its subscription is useless; the next connection subscribes again.
      this.#subscriber.reset();
      return;
    }
    for (const listener of this.#listeners) listener.onDisturbance();
  }

  #announce(message: string): void {
    for (const listener of this.#listeners) {
      if (message === snapshotAnnouncement) listener.onDisturbance();
      else listener.onChange(message);
    }
  }

  #release(listener: ConfigListener): void {
    if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
    const unsubscribed = this.#subscriber.run((redis) => redis.unsubscribe(this.#keys.changes));
    // Without a connection there is no subscription either.
    unsubscribed.catch(() => undefined);
  }
}

function asList([error, result]: [Error | null, unknown]): readonly unknown[] {
  if (error) throw error;
  return Array.isArray(result) ? result : [];
}

// Creates the texts one by one while they are read. Creating 100,000 at once would block the event loop and
// keep them in memory twice.
function* textsOf(entries: readonly unknown[]): Generator<string> {
  for (const entry of entries) yield String(entry);
}
