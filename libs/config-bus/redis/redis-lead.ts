import { randomUUID } from 'node:crypto';
import type { RedisConnection, RedisScript } from '#libs/redis';
import type { RedisKeys } from './redis-keys.js';

// A lead that is not renewed for this time can be taken by another process.
const leaseMs = 3000;
const renewEveryMs = 1000;

// Each script is atomic. The lead is also stored beside the position: a transaction that watches the position
// sees it change, so no transaction of an older lead succeeds after this. This depends on the order of
// commands only, not on time.
const takeScript: RedisScript = {
  name: 'takeLead',
  lua: `
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  redis.call('HSET', KEYS[2], 'lead', ARGV[1])
  return 1
end
return 0`,
};

// Renews only a lead that no other process has taken and Redis has not lost: after Redis was emptied, the
// lead is taken again.
const renewScript: RedisScript = {
  name: 'renewLead',
  lua: `
if redis.call('GET', KEYS[1]) == ARGV[1] and redis.call('HGET', KEYS[2], 'lead') == ARGV[1] then
  return redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 0`,
};

const releaseScript: RedisScript = {
  name: 'releaseLead',
  lua: `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`,
};

/**
 * The lead among the processes that publish on one Redis: a lease in Redis, with a new name each time it is
 * taken.
 */
export class RedisLead {
  #heldAs: string | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: Pick<RedisKeys, 'lead' | 'position'>,
  ) {}

  /** The name of the last lead, which may be lost by now; null before the first. */
  get name(): string | null {
    return this.#heldAs;
  }

  /** Renews the lead, or takes it under a new name if it is free. Resolves with whether it is held now. */
  async take(): Promise<boolean> {
    if (this.#heldAs !== null && (await this.#run(renewScript, this.#heldAs))) return this.#keepRenewing();
    this.#stopRenewing();
    const name = randomUUID();
    if (!(await this.#run(takeScript, name))) return false;
    this.#heldAs = name;
    return this.#keepRenewing();
  }

  /** Releases the lead, so that the next process need not wait for the lease to expire. */
  async giveBack(): Promise<void> {
    this.#stopRenewing();
    if (this.#heldAs !== null) await this.#run(releaseScript, this.#heldAs).catch(() => undefined);
  }

  async #run(script: RedisScript, name: string): Promise<boolean> {
    const { lead, position } = this.keys;
    const answer = await this.connection.runScript(script, [lead, position], [name, leaseMs]);
    return answer === 1;
  }

  // A large snapshot takes longer than the lease, and nothing else renews it meanwhile.
  #keepRenewing(): true {
    this.#timer ??= setInterval(() => void this.#renew(), renewEveryMs).unref();
    return true;
  }

  // Never takes the lead again, since work in progress started with the old lead and must end with it.
  async #renew(): Promise<void> {
    const isHeld = this.#heldAs !== null && (await this.#run(renewScript, this.#heldAs).catch(() => false));
    if (!isHeld) this.#stopRenewing();
  }

  #stopRenewing(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
