import type { HealthCheck } from '#libs/contract';

/** The state of an upstream according to probes; `unknown` until `fall` probes failed or one succeeded. */
export type ProbedState = 'unknown' | 'healthy' | 'unhealthy';

/**
 * Derives a state from probes: `fall` consecutive failures make an upstream unhealthy, `rise` consecutive
 * successes make it healthy again.
 */
export class ProbeVerdict {
  #state: ProbedState = 'unknown';
  /** Number of consecutive probes that contradict the state. */
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

  // One success is enough for an unknown upstream, which has had requests from the start.
  #needed(isGood: boolean): number {
    if (!isGood) return this.bounds.fall;
    return this.#state === 'unknown' ? 1 : this.bounds.rise;
  }
}
