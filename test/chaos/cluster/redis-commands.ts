import { Redis } from 'ioredis';

/** Runs a command as an operator would with `redis-cli`. */
export async function emptyRedis(url: string): Promise<void> {
  await withRedis(url, (redis) => redis.flushall());
}

/** Closes every connection of a kind except the caller's. */
export async function cutClients(url: string, kind: 'normal' | 'pubsub'): Promise<void> {
  await withRedis(url, (redis) => redis.client('KILL', 'TYPE', kind, 'SKIPME', 'yes'));
}

/**
 * The violations of the slots in Redis when no connection is left: a share of a live gateway, or a total that
 * is not the sum of the shares. The share of a dead gateway is kept until a limit needs it
 * (docs/decisions/0020-slots-under-leases.md).
 */
export async function wrongSlots(url: string): Promise<string[]> {
  return withRedis(url, async (redis) => {
    const [seconds = 0] = await redis.time();
    const live = await redis.zrangebyscore('sluice:leases', seconds * 1000, '+inf');
    const keys = await redis.keys('sluice:slots:*');
    const shares = keys.filter((key) => key.includes(':holders:'));
    const violations = shares
      .filter((key) => live.some((lease) => key.endsWith(lease)))
      .map((key) => `a live gateway still has slots in Redis: ${key}`);
    const sums = new Map<string, number>();
    for (const key of shares) {
      const totals = key.replace(/:holders:.*/, '');
      for (const [field, count] of Object.entries(await redis.hgetall(key))) {
        const name = `${totals} ${field}`;
        sums.set(name, (sums.get(name) ?? 0) + Number(count));
      }
    }
    for (const key of keys.filter((name) => name.endsWith('}'))) {
      for (const [field, count] of Object.entries(await redis.hgetall(key))) {
        const sum = sums.get(`${key} ${field}`) ?? 0;
        if (sum !== Number(count))
          violations.push(`${key} ${field} is ${count} in Redis, the shares are ${sum}`);
      }
    }
    return violations;
  });
}

async function withRedis<Result>(url: string, work: (redis: Redis) => Promise<Result>): Promise<Result> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1 });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
