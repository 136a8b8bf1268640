import type { PublishedRoute } from '#libs/contract';
import type { BalancingPolicy, Candidate } from './balancing-policy.js';
import { LeastConnections } from './least-connections.js';
import { PowerOfTwo } from './power-of-two.js';
import { RendezvousHash } from './rendezvous-hash.js';
import { SmoothRoundRobin } from './smooth-round-robin.js';

/** Up to this number of upstreams, comparing all of them costs no more than drawing two. */
const maxFullScan = 8;

/** The policy of a route for these upstreams. */
export function createPolicy<C extends Candidate>(
  { balancing, balanceFactor }: Pick<PublishedRoute, 'balancing' | 'balanceFactor'>,
  candidates: readonly C[],
): BalancingPolicy<C> {
  switch (balancing) {
    case 'roundRobin':
      return new SmoothRoundRobin(candidates);
    case 'leastConnections':
    case 'sticky':
      return candidates.length <= maxFullScan ? new LeastConnections(candidates) : new PowerOfTwo(candidates);
    case 'powerOfTwo':
      return new PowerOfTwo(candidates);
    case 'consistentHash':
      return new RendezvousHash(candidates, balanceFactor);
    default:
      return balancing satisfies never;
  }
}
