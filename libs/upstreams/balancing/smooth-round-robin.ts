import type { BalancingPolicy, Candidate, PickRequest } from './balancing-policy.js';

interface Turn<C extends Candidate> {
  candidate: C;
  current: number;
}

/**
 * Smooth weighted round robin: at each pick every upstream gains its share, and the one with the highest
 * value is picked and reduced by the sum of all shares. With weights 5, 1, 1 the picks are a a b a c a a.
 * Fall-backs follow in the order in which they would be picked next.
 */
export class SmoothRoundRobin<C extends Candidate> implements BalancingPolicy<C> {
  readonly #turns: readonly Turn<C>[];

  constructor(candidates: readonly C[]) {
    this.#turns = candidates.map((candidate) => ({ candidate, current: 0 }));
  }

  order({ nowMs }: Pick<PickRequest, 'nowMs'>): readonly C[] {
    return pick(this.#turns, nowMs);
  }

  peek({ nowMs }: Pick<PickRequest, 'nowMs'>): readonly C[] {
    return pick(
      this.#turns.map(({ candidate, current }) => ({ candidate, current })),
      nowMs,
    );
  }
}

function pick<C extends Candidate>(all: readonly Turn<C>[], nowMs: number): readonly C[] {
  const hasFull = all.some(({ candidate }) => candidate.isFull);
  const turns = hasFull ? all.filter(({ candidate }) => !candidate.isFull) : all;
  let total = 0;
  for (const turn of turns) {
    const share = turn.candidate.share(nowMs);
    turn.current += share;
    total += share;
  }
  const order = turns.toSorted((a, b) => b.current - a.current);
  const [picked] = order;
  if (picked) picked.current -= total;
  return order.map(({ candidate }) => candidate);
}
