import { randomBytes } from 'node:crypto';
import { RedisConnection, type Logger } from '#libs/redis';
import { acquireScript, releaseScript, renewScript, replaceScript } from './scripts.js';

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

export interface SlotsRequest {
  tenantId: string;
  /** The count of the tenant itself comes first. */
  fields: readonly FieldLimit[];
  connectionsPerSecond: number | null;
  /** The minimum number of slots of the tenant that Redis must count for this gateway. */
  heldByTenant: number;
}

export type AcquireAnswer =
  | { kind: 'taken'; totals: readonly number[]; owns: readonly number[] }
  /** The index of the full count among the fields. */
  | { kind: 'full'; index: number }
  | { kind: 'rate'; waitMs: number }
  | LostSlots;

type ReadAnswer =
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
 * call rejects with a RedisError within the timeout while Redis is away.
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

  async acquire(terms: LeaseTerms, request: SlotsRequest): Promise<AcquireAnswer> {
    return readAcquired(await this.#runAcquire(terms, request, { isRead: false }));
  }

  /** Reads the counts, and takes nothing. */
  async read(terms: LeaseTerms, request: SlotsRequest): Promise<ReadAnswer> {
    const [kind, waitMs, ...totals] = await this.#runAcquire(terms, request, { isRead: true });
    return kind === 'read' ? { kind, waitMs: Number(waitMs), totals: totals.map(Number) } : { kind: 'lost' };
  }

  async #runAcquire(
    terms: LeaseTerms,
    { tenantId, fields, connectionsPerSecond, heldByTenant }: SlotsRequest,
    { isRead }: { isRead: boolean },
  ): Promise<unknown[]> {
    const answer = await this.#connection.runScript(
      acquireScript,
      this.#keysOf(tenantId, ['', ':holders', ':rate']),
      [
        ...argumentsOf(terms),
        connectionsPerSecond ?? '',
        heldByTenant,
        isRead ? 1 : 0,
        ...fields.flatMap(({ field, limit }) => [field, limit ?? '']),
      ],
    );
    return listOf(answer);
  }

  /** Releases `counts`; Redis subtracts no more than it counts for the lease. */
  async release(terms: LeaseTerms, tenantId: string, counts: ReadonlyMap<string, number>): Promise<void> {
    await this.#connection.runScript(releaseScript, this.#keysOf(tenantId, ['', ':holders']), [
      terms.id,
      ...[...counts].flat(),
    ]);
  }

  /** Replaces the slots counted for this gateway and tenant by `counts`. */
  async replace(terms: LeaseTerms, tenantId: string, counts: ReadonlyMap<string, number>): Promise<void> {
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

function readAcquired([kind, ...figures]: unknown[]): AcquireAnswer {
  const numbers = figures.map(Number);
  switch (kind) {
    case 'taken':
      return {
        kind,
        totals: numbers.filter((_, index) => index % 2 === 0),
        owns: numbers.filter((_, index) => index % 2 === 1),
      };
    case 'full':
      return { kind, index: numbers[0] ?? 0 };
    case 'rate':
      return { kind, waitMs: numbers[0] ?? 0 };
    default:
      return { kind: 'lost' };
  }
}

function listOf(answer: unknown): unknown[] {
  return Array.isArray(answer) ? answer : [];
}
