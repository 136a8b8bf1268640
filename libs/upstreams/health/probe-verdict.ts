import type { HealthCheck } from '#libs/contract';

/** What probes say of an upstream; `unknown` until `fall` probes failed or one succeeded. */
export type ProbedState = 'unknown' | 'healthy' | 'unhealthy';

/**
 * Turns probes into a state: `fall` failures in a row make an upstream unhealthy, `rise` successes healthy
 * again.
 */
export class ProbeVerdict {
  #state: ProbedState = 'unknown';
  /** Probes in a row that contradict the state. */
  #against = 0;

  constructor(private readonly bounds: Pick<HealthCheck, 'fall' | 'rise'>) {}

  get state(): ProbedState {
    return this.#state;
  }

  /** Returns whether the state has changed. */
  add(isGood: boolean): boolean {
    if (this.#state === (isGood ? 'healthy' : 'unhealthy')) {
      this.#against = 0;
      return false;
    }
    this.#against += 1;
    if (this.#against < this.#needed(isGood)) return false;
    this.#state = isGood ? 'healthy' : 'unhealthy';
    this.#against = 0;
    return true;
  }

  // The first good probe is enough for an upstream of which nothing is known: it had requests all along.
  #needed(isGood: boolean): number {
    if (!isGood) return this.bounds.fall;
    return this.#state === 'unknown' ? 1 : this.bounds.rise;
  }
}
