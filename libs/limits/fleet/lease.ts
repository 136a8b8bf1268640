import { errorMessage } from '#libs/async';
import type { LeaseTerms, RedisSlots } from './redis-slots.js';

export interface LeaseInput {
  slots: Pick<RedisSlots, 'renew' | 'resign'>;
  leaseMs: number;
  renewEveryMs: number;
  /** Milliseconds of a clock that never goes back, and goes on while this process stands still. */
  now: () => number;
  /** `isAnother`: the one before was lost, and the slots that were counted under it. */
  onRenewed: (renewal: { isAnother: boolean }) => void;
  onFailed: (reason: string) => void;
}

/** This gateway's word to the fleet that it lives, for as long as which its slots are counted. */
export class Lease {
  #terms: LeaseTerms | null = null;
  #endsAtMs = 0;
  #timer: NodeJS.Timeout | null = null;
  #renewal: Promise<void> | null = null;
  #isStopped = false;

  constructor(private readonly input: LeaseInput) {}

  /** What is known of the fleet; null before the first renewal, and when the lease is over. */
  get terms(): LeaseTerms | null {
    return this.input.now() < this.#endsAtMs ? this.#terms : null;
  }

  /** How many gateways there were when it was last renewed, this one among them. */
  get gateways(): number {
    return Math.max(1, this.#terms?.live.length ?? 1);
  }

  /** Renews it now, and from then on again and again. Resolves with the first attempt, whether it succeeded or not. */
  renew(): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    this.#renewal ??= this.#renewOnce().finally(() => {
      this.#renewal = null;
      this.#schedule();
    });
    return this.#renewal;
  }

  /** Gives it up, so that slots that are still counted under it are so no longer. Never rejects. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#renewal;
    if (this.terms) await this.input.slots.resign(this.terms.id).catch(() => undefined);
    this.#endsAtMs = 0;
  }

  async #renewOnce(): Promise<void> {
    const { slots, leaseMs, now, onRenewed, onFailed } = this.input;
    const before = this.#terms;
    // It counts from when Redis cannot have had it yet, so that it never ends later here than there.
    const endsAtMs = now() + leaseMs;
    try {
      this.#terms = await slots.renew(before?.id ?? null);
    } catch (error) {
      onFailed(errorMessage(error));
      return;
    }
    this.#endsAtMs = endsAtMs;
    onRenewed({ isAnother: before !== null && before.id !== this.#terms.id });
  }

  #schedule(): void {
    if (this.#isStopped) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.renew(), this.input.renewEveryMs);
    this.#timer.unref();
  }
}
