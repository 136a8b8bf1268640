import { randomUUID } from 'node:crypto';
import type { RedisConnection, RedisScript } from '#libs/redis';
import type { RedisKeys } from './redis-keys.js';

// Whoever does not renew its lead for so long has lost it to the next one that asks.
const leaseMs = 3000;
const renewEveryMs = 1000;

// Both scripts run in one step. The lead is also written beside the position: what watches that sees it change, so no
// transaction of an older lead comes after this. It need not be seen in time for the lease, only in order.
const takeScript: RedisScript = {
  name: 'takeLead',
  lua: `
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  redis.call('HSET', KEYS[2], 'lead', ARGV[1])
  return 1
end
return 0`,
};

// Only while nobody took it over or lost it: of a Redis that was emptied, the lead is taken anew.
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

/** The lead among those that publish on one Redis: a lease there, and a name for each time that it was taken. */
export class RedisLead {
  private heldAs: string | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: Pick<RedisKeys, 'lead' | 'position'>,
  ) {}

  /** The name of the lead that was taken last, which may be lost by now; null when none was. */
  get name(): string | null {
    return this.heldAs;
  }

  /** Whether the lead is held now: it was, and is renewed, or it was free, and is taken under a new name. */
  async take(): Promise<boolean> {
    if (this.heldAs !== null && (await this.run(renewScript, this.heldAs))) return this.keepRenewing();
    this.stopRenewing();
    const name = randomUUID();
    if (!(await this.run(takeScript, name))) return false;
    this.heldAs = name;
    return this.keepRenewing();
  }

  /** So that the next one need not wait for the lease to run out. */
  async giveBack(): Promise<void> {
    this.stopRenewing();
    if (this.heldAs !== null) await this.run(releaseScript, this.heldAs).catch(() => undefined);
  }

  private async run(script: RedisScript, name: string): Promise<boolean> {
    const { lead, position } = this.keys;
    const answer = await this.connection.runScript(script, [lead, position], [name, leaseMs]);
    return answer === 1;
  }

  // While a large snapshot is read and stored, nobody asks for the lead.
  private keepRenewing(): true {
    this.timer ??= setInterval(() => void this.renew(), renewEveryMs).unref();
    return true;
  }

  // Never takes it anew: what is under way began with the old lead, and has to end with it.
  private async renew(): Promise<void> {
    const isHeld = this.heldAs !== null && (await this.run(renewScript, this.heldAs).catch(() => false));
    if (!isHeld) this.stopRenewing();
  }

  private stopRenewing(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }
}
