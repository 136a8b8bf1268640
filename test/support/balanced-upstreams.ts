/** An upstream whose counts a test sets. */
export class BalancedUpstream {
  load = 0;
  isFull = false;
  /** The part of its weight that it has while it starts slowly. */
  slowness = 1;

  constructor(
    readonly id: string,
    readonly weight: number,
  ) {}

  share(): number {
    return this.weight * this.slowness;
  }
}

/** Upstreams with the ids a, b, c… and these weights. */
export function balancedUpstreams(weights: readonly number[]): BalancedUpstream[] {
  return weights.map((weight, index) => new BalancedUpstream(String.fromCharCode(97 + index), weight));
}
