import type { GatewayStatus } from '#libs/contract';
import type { Logger, Redis, RedisConnection } from '#libs/redis';
import { presenceSchema, readMessage, type Presence } from './fleet-messages.js';

export interface KnownGateway extends Presence {
  gatewayId: string;
  /** Milliseconds since its last heartbeat. */
  ageMs: number;
}

interface PresenceStoreOptions {
  connection: RedisConnection;
  /** The hash of all presences. */
  key: string;
  forgetMs: number;
  logger: Logger;
}

/**
 * The registered gateways. All times are by the clock of Redis, so that the clocks of the machines need not
 * agree. Each call rejects with a RedisError when Redis fails.
 */
export class PresenceStore {
  constructor(private readonly options: PresenceStoreOptions) {}

  /** Registers a gateway; after `forgetMs` without any heartbeat, Redis drops the whole key. */
  async keep(gatewayId: string, status: GatewayStatus): Promise<void> {
    const { connection, key, forgetMs } = this.options;
    await connection.run(async (redis) => {
      const presence: Presence = { seenAtMs: await timeOf(redis), status };
      const stored = redis.hset(key, gatewayId, JSON.stringify(presence));
      await Promise.all([stored, redis.pexpire(key, forgetMs)]);
    });
  }

  async remove(gatewayId: string): Promise<void> {
    await this.options.connection.run((redis) => redis.hdel(this.options.key, gatewayId));
  }

  /** The gateways with a heartbeat less than `forgetMs` ago; older and invalid entries are removed. */
  async read(): Promise<{ nowMs: number; known: KnownGateway[] }> {
    const { connection, key } = this.options;
    return connection.run(async (redis) => {
      const [nowMs, stored] = await Promise.all([timeOf(redis), redis.hgetall(key)]);
      const known = Object.entries(stored).flatMap(([gatewayId, text]) =>
        this.#parse(gatewayId, text, nowMs),
      );
      const knownIds = new Set(known.map(({ gatewayId }) => gatewayId));
      const forgotten = Object.keys(stored).filter((gatewayId) => !knownIds.has(gatewayId));
      // A gateway that recovers at this moment is registered again with its next heartbeat.
      if (forgotten.length > 0) await redis.hdel(key, ...forgotten);
      return { nowMs, known };
    });
  }

  now(): Promise<number> {
    return this.options.connection.run(timeOf);
  }

  #parse(gatewayId: string, text: string, nowMs: number): KnownGateway[] {
    const read = readMessage(presenceSchema, text);
    if (!read.ok) {
      const { problem } = read;
      this.options.logger.warn(
        { gatewayId, problem },
        'the presence of a gateway is not valid and was removed',
      );
      return [];
    }
    // A clock that was set back must not prolong the registration.
    const ageMs = Math.abs(nowMs - read.value.seenAtMs);
    return ageMs > this.options.forgetMs ? [] : [{ ...read.value, gatewayId, ageMs }];
  }
}

/** Milliseconds since 1970 by the clock of Redis. */
export async function timeOf(redis: Redis): Promise<number> {
  const [seconds, microseconds] = await redis.time();
  return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
}
