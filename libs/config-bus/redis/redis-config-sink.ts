import { randomUUID } from 'node:crypto';
import { SerialQueue, type Release } from '#libs/async';
import type { ConfigChange, ConfigEntry, ConfigPosition, ConfigSnapshot } from '#libs/contract';
import { RedisConnection, type Logger, type ChainableCommander, type Redis } from '#libs/redis';
import { areConsecutive } from '../are-consecutive.js';
import type { ConfigSink } from '../ports.js';
import { parsePosition, redisKeys, snapshotAnnouncement, type RedisKeys } from './redis-keys.js';
import { RedisLead } from './redis-lead.js';

export interface RedisConfigBusOptions {
  url: string;
  /** The prefix of every name in Redis. */
  prefix: string;
  logger: Logger;
  /** The timeout of one exchange; six times as long for megabytes; 5,000 by default. */
  timeoutMs?: number;
}

/** The name of the bus in errors. */
export const configurationBus = 'the configuration bus';

// About 0.7 MB of routes: a few milliseconds of work here and in Redis.
const entriesPerCommand = 1000;
// Redis disconnects a subscriber whose output buffer exceeds 32 MB; larger changes are read instead of
// announced.
const maxAnnouncedCharacters = 4_000_000;
// An unfinished snapshot expires by itself if its writer dies.
const draftLifetimeSeconds = 600;

/** Publishes to Redis; connects when it is first used. */
export function createRedisConfigSink(options: RedisConfigBusOptions): ConfigSink {
  return new RedisConfigSink(options);
}

interface WatchedPosition {
  stored: ConfigPosition | null;
  isLeading: boolean;
}

class RedisConfigSink implements ConfigSink {
  readonly #keys: RedisKeys;
  readonly #connection: RedisConnection;
  readonly #leadership: RedisLead;
  // WATCH belongs to the connection, so exchanges run one at a time.
  readonly #exchanges = new SerialQueue();
  readonly #reconnectListeners = new Set<() => void>();

  constructor(options: RedisConfigBusOptions) {
    this.#keys = redisKeys(options.prefix);
    this.#connection = new RedisConnection({
      ...options,
      bus: configurationBus,
      name: 'config-sink',
      slotKey: this.#keys.position,
      onReconnect: () => {
        for (const listener of this.#reconnectListeners) listener();
      },
    });
    this.#leadership = new RedisLead(this.#connection, this.#keys);
  }

  lead(): Promise<boolean> {
    return this.#leadership.take();
  }

  readPosition(): Promise<ConfigPosition | null> {
    return this.#exchange(false, async (redis) =>
      parsePosition(await redis.hmget(this.#keys.position, 'epoch', 'revision')),
    );
  }

  publish(...changes: ConfigChange[]): Promise<'published' | 'out_of_step' | 'not_leading'> {
    const entries = changes.reduce((sum, change) => sum + change.entries.length, 0);
    return this.#exchange(entries > entriesPerCommand, async (redis) => {
      const { stored, isLeading } = await this.#watchPosition(redis);
      if (!isLeading) return 'not_leading';
      if (!stored || !areConsecutive(stored, changes)) return 'out_of_step';
      const transaction = redis.multi();
      for (const change of changes) {
        this.#addEntries(transaction, change.entries);
        this.#addPosition(transaction, change);
      }
      for (const text of announcementsOf(changes)) transaction.publish(this.#keys.changes, text);
      return (await execute(transaction)) ? 'published' : 'out_of_step';
    });
  }

  storeSnapshot(snapshot: ConfigSnapshot): Promise<'stored' | 'not_leading'> {
    return this.#exchanges.run(async () => {
      const draft = `${this.#keys.entries}:${randomUUID()}`;
      for (const part of chunksOf(snapshot.entries)) {
        await this.#connection.run((redis) => writeDraft(redis, draft, part));
      }
      return this.#connection.run((redis) => this.#replaceByDraft(redis, draft, snapshot));
    });
  }

  onReconnect(listener: () => void): Release {
    const own = (): void => listener();
    this.#reconnectListeners.add(own);
    return () => void this.#reconnectListeners.delete(own);
  }

  async close(): Promise<void> {
    await this.#leadership.giveBack();
    await this.#connection.close();
  }

  #exchange<Result>(isBulk: boolean, operation: (redis: Redis) => Promise<Result>): Promise<Result> {
    return this.#exchanges.run(() =>
      isBulk ? this.#connection.runBulk(operation) : this.#connection.run(operation),
    );
  }

  // UNWATCH first, since an exchange that ended early may have left a WATCH that would fail this one. From
  // here on, the transaction fails if another process takes the lead, which is stored beside the position.
  async #watchPosition(redis: Redis, ...others: string[]): Promise<WatchedPosition> {
    const [, , [lead, ...fields]] = await Promise.all([
      redis.unwatch(),
      redis.watch(this.#keys.position, ...others),
      redis.hmget(this.#keys.position, 'lead', 'epoch', 'revision'),
    ]);
    return { stored: parsePosition(fields), isLeading: (lead ?? null) === this.#leadership.name };
  }

  #addEntries(transaction: ChainableCommander, entries: ConfigEntry[]): void {
    for (const part of chunksOf(entries)) {
      const gone = part.filter((entry) => entry.value === null).map((entry) => entry.id);
      const kept = part.filter((entry) => entry.value !== null).flatMap(asField);
      if (gone.length > 0) transaction.hdel(this.#keys.entries, ...gone);
      if (kept.length > 0) transaction.hset(this.#keys.entries, ...kept);
    }
  }

  #addPosition(transaction: ChainableCommander, { epoch, revision }: ConfigPosition): void {
    transaction.hset(this.#keys.position, { epoch, revision });
  }

  // The draft was written in many steps; if Redis has lost a part of it, nothing is replaced.
  async #replaceByDraft(
    redis: Redis,
    draft: string,
    snapshot: ConfigSnapshot,
  ): Promise<'stored' | 'not_leading'> {
    const { isLeading } = await this.#watchPosition(redis, draft);
    if (!isLeading) {
      await redis.unlink(draft);
      return 'not_leading';
    }
    if ((await redis.hlen(draft)) !== snapshot.entries.length) {
      throw new Error('Redis lost the snapshot while it was written');
    }
    const transaction = redis.multi();
    // UNLINK frees in the background, since dropping 100,000 entries takes Redis tens of milliseconds.
    transaction.unlink(this.#keys.entries);
    if (snapshot.entries.length > 0) transaction.persist(draft).rename(draft, this.#keys.entries);
    this.#addPosition(transaction, snapshot);
    if (snapshot.fleetId === null) transaction.hdel(this.#keys.position, 'fleetId');
    else transaction.hset(this.#keys.position, { fleetId: snapshot.fleetId });
    transaction.publish(this.#keys.changes, snapshotAnnouncement);
    if (!(await execute(transaction))) throw new Error('Redis lost the snapshot before it was in place');
    return 'stored';
  }
}

async function writeDraft(redis: Redis, draft: string, part: ConfigEntry[]): Promise<void> {
  await Promise.all([redis.hset(draft, ...part.flatMap(asField)), redis.expire(draft, draftLifetimeSeconds)]);
}

/** False if a watched key has changed, and nothing was done. */
async function execute(transaction: ChainableCommander): Promise<boolean> {
  const results = await transaction.exec();
  const failure = results?.find(([error]) => error !== null)?.[0];
  if (failure) throw failure;
  return results !== null;
}

function asField(entry: ConfigEntry): [string, string] {
  return [entry.id, JSON.stringify(entry)];
}

function announcementsOf(changes: readonly ConfigChange[]): string[] {
  const payloads = changes.map((change) => JSON.stringify(change));
  const characters = payloads.reduce((sum, { length }) => sum + length, 0);
  return characters > maxAnnouncedCharacters ? [snapshotAnnouncement] : payloads;
}

function* chunksOf<Item>(items: readonly Item[]): Generator<Item[]> {
  for (let start = 0; start < items.length; start += entriesPerCommand) {
    yield items.slice(start, start + entriesPerCommand);
  }
}
