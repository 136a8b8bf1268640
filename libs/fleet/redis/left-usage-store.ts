import type { Logger, RedisConnection } from '#libs/redis';
import { agedBy, type AgedReports, type LeftUsage } from '../left-usage.js';
import { leftUsageSchema, readMessage } from './fleet-messages.js';
import { timeOf } from './presence-store.js';

interface LeftUsageStoreOptions {
  connection: RedisConnection;
  /** The hash of what gateways left. */
  key: string;
  logger: Logger;
}

const keptMs = 30 * 24 * 3_600_000;
// Each has a megabyte at most.
const maxRead = 10;

/**
 * The reports of usage that gateways left when they stopped, so that those without a lasting disk lose none.
 * Each call rejects with a RedisError when Redis fails.
 */
export class LeftUsageStore {
  constructor(private readonly options: LeftUsageStoreOptions) {}

  async leave(gatewayId: string, reports: AgedReports): Promise<void> {
    const { connection, key } = this.options;
    await connection.runBulk(async (redis) => {
      const text = JSON.stringify({ leftAtMs: await timeOf(redis), reports });
      await Promise.all([redis.hset(key, gatewayId, text), redis.pexpire(key, keptMs)]);
    });
  }

  /** The reports that some of them left; invalid ones are removed. */
  async read(): Promise<LeftUsage[]> {
    const { connection, key } = this.options;
    return connection.runBulk(async (redis) => {
      const gatewayIds = (await redis.hkeys(key)).slice(0, maxRead);
      if (gatewayIds.length === 0) return [];
      const [nowMs, texts] = await Promise.all([timeOf(redis), redis.hmget(key, ...gatewayIds)]);
      const left = gatewayIds.map((gatewayId, index) => this.#parse(gatewayId, texts[index] ?? '', nowMs));
      const invalid = gatewayIds.filter((_, index) => left[index] === null);
      if (invalid.length > 0) await redis.hdel(key, ...invalid);
      return left.filter((one) => one !== null);
    });
  }

  async forget(gatewayId: string): Promise<void> {
    await this.options.connection.run((redis) => redis.hdel(this.options.key, gatewayId));
  }

  #parse(gatewayId: string, text: string, nowMs: number): LeftUsage | null {
    const read = readMessage(leftUsageSchema, text);
    if (read.ok) return { gatewayId, reports: agedBy(read.value.reports, nowMs - read.value.leftAtMs) };
    const { problem } = read;
    this.options.logger.warn(
      { gatewayId, problem },
      'the usage that a gateway left is not valid and was removed',
    );
    return null;
  }
}
