import { withRoom, type BalancingPolicy, type Candidate, type PickRequest } from './balancing-policy.js';
import { RecentPicks } from './recent-picks.js';

interface Scored<C> {
  candidate: C;
  /** Connections per unit of share, including the new one. */
  score: number;
  recent: number;
}

/**
 * Picks the upstream with the fewest live and pending connections relative to its share. Among equals, it
 * picks the one with the fewest picks in the current second, so that short connections are spread, too.
 */
export class LeastConnections<C extends Candidate> implements BalancingPolicy<C> {
  readonly #recent = new RecentPicks<C>();

  constructor(private readonly candidates: readonly C[]) {}

  order(request: Pick<PickRequest, 'nowMs'>): readonly C[] {
    const order = this.peek(request);
    if (order[0]) this.#recent.add(order[0], request.nowMs);
    return order;
  }

  peek({ nowMs }: Pick<PickRequest, 'nowMs'>): readonly C[] {
    const scored = withRoom(this.candidates).map((candidate) => this.#score(candidate, nowMs));
    scored.sort((a, b) => a.score - b.score || a.recent - b.recent);
    return scored.map(({ candidate }) => candidate);
  }

  #score(candidate: C, nowMs: number): Scored<C> {
    const share = candidate.share(nowMs);
    return { candidate, score: scoreOf(candidate, share), recent: this.#recent.of(candidate) / share };
  }
}

/** Connections per unit of share, including the new one. */
export function scoreOf({ load }: Candidate, share: number): number {
  return (load + 1) / share;
}
