import type { PublishedRoute } from '#libs/contract';
import { parseUpstreamEndpoint, type UpstreamEndpoint } from './upstream-endpoint.js';

export type BalancedRoute = Pick<PublishedRoute, 'upstreams' | 'balancing'>;

interface WeightedEndpoint {
  endpoint: UpstreamEndpoint;
  weight: number;
  current: number;
}

/**
 * Picks upstreams by smooth weighted round robin: at each pick every upstream gains its weight, and the one
 * with the highest value is picked and pays the sum of all weights. With weights 5, 1, 1 the picks are a a b
 * a c a a. The state lives as long as the route's object: a changed route is another object and starts from
 * the beginning, and an unused route takes no memory here.
 */
export class Balancer {
  readonly #turns = new WeakMap<BalancedRoute, WeightedEndpoint[]>();

  /** The picked upstream, then the others as fall-backs, those that would be picked next first. */
  order(route: BalancedRoute): UpstreamEndpoint[] {
    const pick = strategies[route.balancing];
    return pick(this.#turnsOf(route)).map(({ endpoint }) => endpoint);
  }

  #turnsOf(route: BalancedRoute): WeightedEndpoint[] {
    const known = this.#turns.get(route);
    if (known) return known;
    const weighted = route.upstreams.map(({ url, weight }) => {
      return { endpoint: parseUpstreamEndpoint(url), weight, current: 0 };
    });
    this.#turns.set(route, weighted);
    return weighted;
  }
}

function pickNext(weighted: readonly WeightedEndpoint[]): WeightedEndpoint[] {
  let total = 0;
  for (const candidate of weighted) {
    candidate.current += candidate.weight;
    total += candidate.weight;
  }
  const order = weighted.toSorted((a, b) => b.current - a.current);
  const [picked] = order;
  if (picked) picked.current -= total;
  return order;
}

const strategies: Readonly<
  Record<BalancedRoute['balancing'], (weighted: readonly WeightedEndpoint[]) => WeightedEndpoint[]>
> = { roundRobin: pickNext };
