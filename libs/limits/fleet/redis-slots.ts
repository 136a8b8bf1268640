import { randomBytes } from 'node:crypto';
import { RedisConnection, type Logger } from '#libs/redis';
import { acquireScript, readScript, releaseScript, renewScript, replaceScript } from './scripts.js';
import type { SlotCounts } from './tenant-slots.js';

export interface RedisSlotsOptions {
  url: string;
  /** The prefix of every name in Redis. */
  prefix: string;
  logger: Logger;
  /** Timeout of one request; a client waits for it. */
  timeoutMs: number;
  /** The time after its last renewal for which a gateway's slots are still counted. */
  leaseMs: number;
  onReconnect: () => void;
}

/** The fleet as of the last renewal of this gateway's lease. */
export interface LeaseTerms {
  /** The lease of this gateway; a new id after it was lost. */
  id: string;
  /** The time of the renewal, by the clock of Redis, in milliseconds. */
  asOfMs: number;
  /** The leases of all live gateways, this one included. */
  live: readonly string[];
}

/** The name of a count, and its limit. */
export interface FieldLimit {
  field: string;
  limit: number | null;
}

/** The state of a tenant that every request for its slots depends on. */
interface SlotsOfTenant {
  tenantId: string;
  connectionsPerSecond: number | null;
  /** The minimum number of slots of the tenant that Redis must count for this gateway. */
  heldByTenant: number;
}

/** A request to read counts. */
export interface SlotsReading extends SlotsOfTenant {
  /** The count of the tenant itself comes first. */
  fields: readonly FieldLimit[];
}

/** Requests for slots of one tenant, and slots to release before. */
export interface SlotsBatch extends SlotsOfTenant {
  /** The name of the count of the tenant itself. */
  tenantField: string;
  released: SlotCounts;
  fields: readonly FieldLimit[];
  groups: readonly SlotsGroup[];
}

/** Requests that are counted alike. */
export interface SlotsGroup {
  requests: number;
  /** The indices of their counts among the fields of the batch. */
  fields: readonly number[];
}

export type BatchAnswer =
  | {
      kind: 'answered';
      /** Milliseconds until the tenant has a token again. */
      waitMs: number;
      groups: readonly GroupAnswer[];
      /** For each field; null if no slot was taken under it. */
      counts: readonly ({ total: number; own: number } | null)[];
    }
  | LostSlots;

export interface GroupAnswer {
  /** The number of requests that got a slot; the others are refused. */
  taken: number;
  /** The index of the full field, or the connect rate; null if no request is refused. */
  refusedBy: number | 'rate' | null;
}

export type ReadAnswer =
  /** The total of each field. */
  { kind: 'read'; waitMs: number; totals: readonly number[] } | LostSlots;

/** Redis counts fewer slots than this gateway holds. */
interface LostSlots {
  kind: 'lost';
}

// Slots that were not written for this time have no holder any more, since holders write theirs far more
// often.
const keptSeconds = 24 * 60 * 60;

/**
 * The slots of the fleet in Redis: for each tenant the totals, and the share of each gateway in them. All
 * names of a tenant have its id as their hash tag, so that a script stays within one slot of a cluster. Every
 * call rejects with a RedisError within the timeout while Redis is down.
 */
export class RedisSlots {
  readonly #connection: RedisConnection;

  constructor(private readonly options: RedisSlotsOptions) {
    const { url, logger, timeoutMs, onReconnect } = options;
    this.#connection = new RedisConnection({
      url,
      logger,
      bus: 'the count of connections',
      name: 'limits',
      timeoutMs,
      onReconnect,
    });
  }

  /** Renews the lease, or takes a new one if there is none or it was lost. */
  async renew(leaseId: string | null): Promise<LeaseTerms> {
    const suffix = randomBytes(6).toString('hex');
    const answer = await this.#connection.runScript(
      renewScript,
      [this.#leases],
      [leaseId ?? '', suffix, this.options.leaseMs],
    );
    const [id, asOfMs, live] = listOf(answer);
    return { id: String(id), asOfMs: Number(asOfMs), live: listOf(live).map(String) };
  }

  /** Ends a lease: the slots counted under it are dropped when a limit is reached. */
  async resign(leaseId: string): Promise<void> {
    await this.#connection.run((redis) => redis.zrem(this.#leases, leaseId));
  }

  async acquire(terms: LeaseTerms, batch: SlotsBatch): Promise<BatchAnswer> {
    const { tenantId, connectionsPerSecond, tenantField, heldByTenant, released, fields, groups } = batch;
    const values = argumentsOf(terms);
    values.push(connectionsPerSecond ?? '', tenantField, heldByTenant, released.size);
    for (const [field, count] of released) values.push(field, count);
    values.push(fields.length);
    for (const { field, limit } of fields) values.push(field, limit ?? '');
    for (const group of groups) {
      values.push(group.requests, group.fields.length);
      for (const index of group.fields) values.push(index + 1);
    }
    const keys = this.#keysOf(tenantId, ['', ':holders', ':rate']);
    return readAcquired(await this.#connection.runScript(acquireScript, keys, values), batch);
  }

  /** Reads the counts, and takes nothing. */
  async read(terms: LeaseTerms, reading: SlotsReading): Promise<ReadAnswer> {
    const { tenantId, connectionsPerSecond, heldByTenant, fields } = reading;
    const [id, asOfMs, live] = argumentsOf(terms);
    const answer = await this.#connection.runScript(
      readScript,
      this.#keysOf(tenantId, ['', ':holders', ':rate']),
      [
        id ?? '',
        asOfMs ?? '',
        live ?? '',
        connectionsPerSecond ?? '',
        heldByTenant,
        ...fields.flatMap(({ field, limit }) => [field, limit ?? '']),
      ],
    );
    const [kind, waitMs, ...totals] = listOf(answer);
    return kind === 'read' ? { kind, waitMs: Number(waitMs), totals: totals.map(Number) } : { kind: 'lost' };
  }

  /** Releases `counts`; Redis subtracts no more than it counts for the lease. */
  async release(terms: LeaseTerms, tenantId: string, counts: SlotCounts): Promise<void> {
    await this.#connection.runScript(releaseScript, this.#keysOf(tenantId, ['', ':holders']), [
      terms.id,
      ...[...counts].flat(),
    ]);
  }

  /** Replaces the slots counted for this gateway and tenant by `counts`. */
  async replace(terms: LeaseTerms, tenantId: string, counts: SlotCounts): Promise<void> {
    await this.#connection.runScript(replaceScript, this.#keysOf(tenantId, ['', ':holders']), [
      ...argumentsOf(terms),
      ...[...counts].flat(),
    ]);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  get #leases(): string {
    return `${this.options.prefix}:leases`;
  }

  #keysOf(tenantId: string, endings: readonly string[]): string[] {
    return endings.map((ending) => `${this.options.prefix}:slots:{${tenantId}}${ending}`);
  }
}

function argumentsOf({ id, asOfMs, live }: LeaseTerms): (string | number)[] {
  return [id, asOfMs, `,${live.join(',')},`, keptSeconds];
}

function readAcquired(answer: unknown, { groups, fields }: SlotsBatch): BatchAnswer {
  const [kind, ...figures] = listOf(answer);
  if (kind !== 'answered') return { kind: 'lost' };
  const numberAt = (index: number): number => Number(figures[index]);
  const countsAt = 1 + 2 * groups.length;
  return {
    kind,
    waitMs: numberAt(0),
    groups: groups.map((_, index) => ({
      taken: numberAt(1 + 2 * index),
      refusedBy: refusedBy(numberAt(2 + 2 * index)),
    })),
    counts: fields.map((_, index) => {
      const total = numberAt(countsAt + 2 * index);
      return total < 0 ? null : { total, own: numberAt(countsAt + 2 * index + 1) };
    }),
  };
}

function refusedBy(position: number): GroupAnswer['refusedBy'] {
  if (position === 0) return null;
  return position < 0 ? 'rate' : position - 1;
}

function listOf(answer: unknown): unknown[] {
  return Array.isArray(answer) ? answer : [];
}
