/** The properties of an upstream that a policy uses. */
export interface Candidate {
  /** `ups_…` */
  readonly id: string;
  /** Above 0. */
  readonly weight: number;
  /**
   * Live connections and requests that wait for an answer: those of this gateway, or its share of those of
   * the fleet, which may be a fraction.
   */
  readonly load: number;
  /** Whether the upstream has no capacity now. */
  readonly isFull: boolean;
  /** The weight, less while the upstream starts slowly. */
  share(nowMs: number): number;
}

/** The properties of a request that a policy uses. */
export interface PickRequest {
  /** By `performance.now()`. */
  nowMs: number;
  /** The value of the route's `hashKey` in the request; empty without a `hashKey`. */
  hashKey: string;
}

/**
 * Orders the available upstreams for a request: the chosen one first, then the others as fall-backs. Full
 * upstreams are left out, and do not count as chosen. A change of the upstreams creates a new policy.
 */
export interface BalancingPolicy<C extends Candidate> {
  order(request: PickRequest): readonly C[];
  /** The order that `order` would return now; nothing counts as chosen. */
  peek(request: PickRequest): readonly C[];
}

/** The candidates that are not full. */
export function withRoom<C extends Pick<Candidate, 'isFull'>>(candidates: readonly C[]): readonly C[] {
  return candidates.some(({ isFull }) => isFull) ? candidates.filter(({ isFull }) => !isFull) : candidates;
}
