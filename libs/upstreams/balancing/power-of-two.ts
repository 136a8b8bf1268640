import { withRoom, type BalancingPolicy, type Candidate, type PickRequest } from './balancing-policy.js';
import { scoreOf } from './least-connections.js';

/**
 * Draws two upstreams by their shares, and picks the one with fewer connections relative to its share. This
 * costs less than comparing all of them, and gateways with similar counts do not all pick the same one
 * (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001).
 */
export class PowerOfTwo<C extends Candidate> implements BalancingPolicy<C> {
  /** `random` is uniform from 0 up to 1. */
  constructor(
    private readonly candidates: readonly C[],
    private readonly random: () => number = Math.random,
  ) {}

  order({ nowMs }: Pick<PickRequest, 'nowMs'>): readonly C[] {
    const candidates = withRoom(this.candidates);
    const first = this.#draw(candidates, nowMs, null);
    if (!first) return candidates;
    const second = this.#draw(candidates, nowMs, first);
    if (!second) return [first];
    const isFirstBetter = scoreOf(first, first.share(nowMs)) <= scoreOf(second, second.share(nowMs));
    const [picked, other] = isFirstBetter ? [first, second] : [second, first];
    const rest = candidates.filter((candidate) => candidate !== first && candidate !== second);
    return [picked, other, ...rest];
  }

  /** An example: the next request draws again. */
  peek(request: Pick<PickRequest, 'nowMs'>): readonly C[] {
    return this.order(request);
  }

  /** Draws an upstream other than `other` by the shares; null if there is none. */
  #draw(candidates: readonly C[], nowMs: number, other: C | null): C | null {
    let total = 0;
    for (const candidate of candidates) if (candidate !== other) total += candidate.share(nowMs);
    let left = this.random() * total;
    let drawn: C | null = null;
    for (const candidate of candidates) {
      if (candidate === other) continue;
      drawn = candidate;
      left -= candidate.share(nowMs);
      if (left < 0) return drawn;
    }
    return drawn;
  }
}
