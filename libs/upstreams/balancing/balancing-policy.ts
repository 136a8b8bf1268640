/** What a policy knows of an upstream. */
export interface Candidate {
  /** `ups_…` */
  readonly id: string;
  /** Above 0. */
  readonly weight: number;
  /** Live connections and requests that wait for an answer. */
  readonly load: number;
  /** Whether it takes no more for now. */
  readonly isFull: boolean;
  /** The weight, less while the upstream starts slowly. */
  share(nowMs: number): number;
}

/** What a policy knows of a request. */
export interface PickRequest {
  /** By `performance.now()`. */
  nowMs: number;
  /** What `hashKey` of the route finds in it; empty without one. */
  hashKey: string;
}

/**
 * Chooses among the upstreams that it was created with, all of them available: the chosen one first, then the
 * others as fall-backs. Full ones are left out, and are not counted as chosen. A change of the upstreams
 * creates a new policy.
 */
export interface BalancingPolicy<C extends Candidate> {
  order(request: PickRequest): readonly C[];
}

/** Those that are not full. */
export function withRoom<C extends Pick<Candidate, 'isFull'>>(candidates: readonly C[]): readonly C[] {
  return candidates.some(({ isFull }) => isFull) ? candidates.filter(({ isFull }) => !isFull) : candidates;
}
