import type { Logger, RedisConnection } from '#libs/redis';
import type { UpstreamLoads } from '../upstream-loads.js';
import { readMessage, storedLoadsSchema, type StoredLoads } from './fleet-messages.js';
import { timeOf } from './presence-store.js';

interface LoadExchangeOptions {
  connection: RedisConnection;
  /** The hash of the loads of all gateways. */
  key: string;
  /** The hash of all presences. */
  membersKey: string;
  /** Loads that were not written for this time belong to a gateway that has ended. */
  staleMs: number;
  logger: Logger;
}

// The amount that all gateways read grows with the square of their number: 100 gateways with 100 counts each
// are 8 MB/s from Redis, at a heartbeat in 5 seconds. Each gateway parses at most 400 kB, in some 10 ms.
const maxGateways = 100;
const maxCountsRead = 10_000;
const maxCountsReported = 1000;

/** Shares the loads of each gateway with the others. Each call rejects with a RedisError when Redis fails. */
export class LoadExchange {
  constructor(private readonly options: LoadExchangeOptions) {}

  /**
   * Stores those of this gateway, as many counts as `describe` may report, and resolves to those of all other
   * live ones; to none in a large fleet.
   */
  async exchange(
    gatewayId: string,
    describe: (maxCounts: number) => UpstreamLoads,
  ): Promise<UpstreamLoads[]> {
    const { connection, key, membersKey, staleMs } = this.options;
    return connection.run(async (redis) => {
      const [nowMs, gateways] = await Promise.all([timeOf(redis), redis.hlen(membersKey)]);
      if (gateways > maxGateways) return [];
      const maxCounts = Math.floor(maxCountsRead / Math.max(gateways, 1));
      const own: StoredLoads = {
        seenAtMs: nowMs,
        loads: describe(Math.min(maxCounts, maxCountsReported)),
      };
      const [, , stored] = await Promise.all([
        redis.hset(key, gatewayId, JSON.stringify(own)),
        redis.pexpire(key, staleMs),
        redis.hgetall(key),
      ]);
      const peers: UpstreamLoads[] = [];
      const gone: string[] = [];
      for (const [id, text] of Object.entries(stored)) {
        if (id === gatewayId) continue;
        const peer = this.#read(id, text, nowMs);
        if (peer === null) gone.push(id);
        else peers.push(peer);
      }
      if (gone.length > 0) await redis.hdel(key, ...gone);
      return peers;
    });
  }

  async remove(gatewayId: string): Promise<void> {
    await this.options.connection.run((redis) => redis.hdel(this.options.key, gatewayId));
  }

  #read(gatewayId: string, text: string, nowMs: number): UpstreamLoads | null {
    const read = readMessage(storedLoadsSchema, text);
    if (!read.ok) {
      const { problem } = read;
      this.options.logger.warn(
        { gatewayId, problem },
        'the loads of a gateway are not valid and were removed',
      );
      return null;
    }
    return Math.abs(nowMs - read.value.seenAtMs) > this.options.staleMs ? null : read.value.loads;
  }
}
