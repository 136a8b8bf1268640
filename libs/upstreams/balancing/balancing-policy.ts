/** What a policy knows of an upstream. */
export interface Candidate {
  readonly weight: number;
}

/**
 * Chooses among the upstreams that it was created with, all of them available: the chosen one first, then the
 * others as fall-backs. It is created anew when those change.
 */
export interface BalancingPolicy<C extends Candidate> {
  order(): readonly C[];
}
