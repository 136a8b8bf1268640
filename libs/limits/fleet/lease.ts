import { errorMessage } from '#libs/async';
import type { LeaseTerms, RedisSlots } from './redis-slots.js';

export interface LeaseInput {
  slots: Pick<RedisSlots, 'renew' | 'resign'>;
  leaseMs: number;
  renewEveryMs: number;
  /** Milliseconds of a monotonic clock that also advances while this process is stopped. */
  now: () => number;
  /** `isNew`: the previous lease was lost, with the slots counted under it. */
  onRenewed: (renewal: { isNew: boolean }) => void;
  onFailed: (reason: string) => void;
}

/** The lease of this gateway in Redis: its slots are counted while it is renewed. */
export class Lease {
  #terms: LeaseTerms | null = null;
  #endsAtMs = 0;
  #timer: NodeJS.Timeout | null = null;
  #renewal: Promise<void> | null = null;
  #isStopped = false;

  constructor(private readonly input: LeaseInput) {}

  /** The fleet as of the last renewal; null before the first renewal and after the lease has expired. */
  get terms(): LeaseTerms | null {
    return this.input.now() < this.#endsAtMs ? this.#terms : null;
  }

  /** The number of gateways at the last renewal, including this one. */
  get gateways(): number {
    return Math.max(1, this.#terms?.live.length ?? 1);
  }

  /**
   * Renews the lease now, and periodically from then on. Resolves after the first attempt,
   * whether it succeeded or not.
   */
  renew(): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    this.#renewal ??= this.#renewOnce().finally(() => {
      this.#renewal = null;
      this.#schedule();
    });
    return this.#renewal;
  }

  /** Ends the lease; slots still held under it are not counted any more. Never rejects. */
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
    // Measured before the request, so that the lease never expires later here than in Redis.
    const endsAtMs = now() + leaseMs;
    try {
      this.#terms = await slots.renew(before?.id ?? null);
    } catch (error) {
      onFailed(errorMessage(error));
      return;
    }
    this.#endsAtMs = endsAtMs;
    onRenewed({ isNew: before !== null && before.id !== this.#terms.id });
  }

  #schedule(): void {
    if (this.#isStopped) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.renew(), this.input.renewEveryMs);
    this.#timer.unref();
  }
}
