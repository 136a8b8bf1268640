import { createHash } from 'node:crypto';
import { withRoom, type BalancingPolicy, type Candidate, type PickRequest } from './balancing-policy.js';

interface Ranked<C> {
  candidate: C;
  idHash: Hash;
}

type Hash = readonly [high: number, low: number];

/**
 * Weighted rendezvous hashing (Thaler and Ravishankar 1998; weights after Schindelhauer and Schomaker 2005):
 * each upstream draws a number from its id and the key of the request, and the highest wins. All gateways
 * agree without communication. An added upstream takes its share evenly from all others; a removed one loses
 * only its own keys.
 *
 * With `balanceFactor`, an upstream that has this percentage of its fair share is skipped for the next one in
 * the order (Mirrokni, Thorup and Zadimoghaddam, "Consistent Hashing with Bounded Loads", 2016).
 */
export class RendezvousHash<C extends Candidate> implements BalancingPolicy<C> {
  readonly #ranked: readonly Ranked<C>[];

  constructor(
    candidates: readonly C[],
    private readonly balanceFactor: number | null = null,
  ) {
    this.#ranked = candidates.map((candidate) => ({ candidate, idHash: hashOf(candidate.id) }));
  }

  order({ hashKey }: Pick<PickRequest, 'hashKey'>): readonly C[] {
    const keyHash = hashOf(hashKey);
    const drawn = this.#ranked.map(({ candidate, idHash }) => {
      return { candidate, score: -candidate.weight / Math.log(uniformOf(keyHash, idHash)) };
    });
    drawn.sort((a, b) => b.score - a.score);
    const order = withRoom(drawn.map(({ candidate }) => candidate));
    return this.balanceFactor === null ? order : this.#withinBounds(order, this.balanceFactor);
  }

  peek(request: Pick<PickRequest, 'hashKey'>): readonly C[] {
    return this.order(request);
  }

  #withinBounds(order: readonly C[], balanceFactor: number): readonly C[] {
    const total = order.reduce((sum, { load }) => sum + load, 1);
    const totalWeight = order.reduce((sum, { weight }) => sum + weight, 0);
    const isWithin = ({ load, weight }: C): boolean =>
      load < Math.ceil((balanceFactor / 100) * total * (weight / totalWeight));
    const picked = order.find(isWithin);
    if (picked === undefined || picked === order[0]) return order;
    return [picked, ...order.filter((candidate) => candidate !== picked)];
  }
}

function hashOf(text: string): Hash {
  const digest = createHash('sha256').update(text).digest();
  return [digest.readInt32BE(0), digest.readInt32BE(4)];
}

/** A number between 0 and 1, both excluded, for the pair. */
function uniformOf(key: Hash, id: Hash): number {
  const high = mix(key[0] ^ id[0]);
  const low = mix(key[1] ^ id[1] ^ high);
  return ((high >>> 0) * 2 ** 21 + (low >>> 11) + 0.5) / 2 ** 53;
}

// The finalizer of MurmurHash3.
function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
