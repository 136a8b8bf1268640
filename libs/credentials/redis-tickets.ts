import { errorMessage } from '#libs/async';
import { RedisConnection, type Logger, type Redis } from '#libs/redis';
import { ticketGrantSchema, type RedeemResult, type TicketGrant, type Tickets } from './ticket-store.js';

export interface RedisTicketsOptions {
  url: string;
  /** The prefix of every name in Redis. */
  prefix: string;
  logger: Logger;
  /** Timeout of one request; 2,000 by default, since a client waits for it. */
  timeoutMs?: number;
}

const defaultTimeoutMs = 2000;

/** Keeps tickets in Redis under their hash, each until it expires or is redeemed. */
export function createRedisTickets(options: RedisTicketsOptions): Tickets {
  return new RedisTickets(options);
}

class RedisTickets implements Tickets {
  readonly #connection: RedisConnection;
  readonly #prefix: string;

  constructor({ url, prefix, logger, timeoutMs = defaultTimeoutMs }: RedisTicketsOptions) {
    this.#prefix = prefix;
    this.#connection = new RedisConnection({
      url,
      logger,
      bus: 'the store of tickets',
      name: 'tickets',
      timeoutMs,
    });
  }

  async issue(ticketHash: string, grant: TicketGrant, ttlSeconds: number): Promise<void> {
    const key = this.#keyOf(ticketHash);
    await this.#connection.run((redis) => redis.set(key, JSON.stringify(grant), 'EX', ttlSeconds));
  }

  redeem(ticketHash: string): Promise<RedeemResult> {
    return this.#grantOf((redis) => redis.getdel(this.#keyOf(ticketHash)));
  }

  find(ticketHash: string): Promise<RedeemResult> {
    return this.#grantOf((redis) => redis.get(this.#keyOf(ticketHash)));
  }

  async #grantOf(read: (redis: Redis) => Promise<string | null>): Promise<RedeemResult> {
    try {
      const stored = await this.#connection.run(read);
      return { ok: true, grant: stored === null ? null : parseGrant(stored) };
    } catch (error) {
      return { ok: false, cause: errorMessage(error) };
    }
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  // The key has no hash tag, so tickets are spread over the slots of a cluster.
  #keyOf(ticketHash: string): string {
    return `${this.#prefix}:ticket:${ticketHash}`;
  }
}

// Other programs may write to Redis too; an invalid value grants nothing.
function parseGrant(text: string): TicketGrant | null {
  const parsed = ticketGrantSchema.safeParse(jsonOrNull(text));
  return parsed.success ? parsed.data : null;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
