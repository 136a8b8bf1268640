import { withRoom, type BalancingPolicy, type Candidate, type PickRequest } from './balancing-policy.js';
import { RecentPicks } from './recent-picks.js';

interface Scored<C> {
  candidate: C;
  /** Connections for each unit of share, the new one included. */
  score: number;
  recent: number;
}

/**
 * Picks the upstream with the fewest connections for its share, those included that are being established;
 * among equals the one with the fewest picks in the last second, so that connections that end at once are
 * spread too.
 */
export class LeastConnections<C extends Candidate> implements BalancingPolicy<C> {
  readonly #recent = new RecentPicks<C>();

  constructor(private readonly candidates: readonly C[]) {}

  order({ nowMs }: Pick<PickRequest, 'nowMs'>): readonly C[] {
    const scored = withRoom(this.candidates).map((candidate) => this.#score(candidate, nowMs));
    scored.sort((a, b) => a.score - b.score || a.recent - b.recent);
    const order = scored.map(({ candidate }) => candidate);
    if (order[0]) this.#recent.add(order[0], nowMs);
    return order;
  }

  #score(candidate: C, nowMs: number): Scored<C> {
    const share = candidate.share(nowMs);
    return { candidate, score: scoreOf(candidate, share), recent: this.#recent.of(candidate) / share };
  }
}

/** Connections for each unit of share, with the new one. */
export function scoreOf({ load }: Candidate, share: number): number {
  return (load + 1) / share;
}
