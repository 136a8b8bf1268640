/** The live connections of a gateway: by the id of the route, and then by that of the upstream. */
export type UpstreamLoads = Readonly<Record<string, Readonly<Record<string, number>>>>;

/**
 * The connections of the other gateways to the upstreams, as last reported. A gateway balances by its share
 * of the connections of the fleet: the count at the last report, divided by the number of gateways, plus its
 * own changes since then. All gateways together then fill the gap of an upstream about once, however many
 * connections come before the next report. If each balanced by the sum, each would fill the whole gap. A
 * gateway with more connections than the others has a proportionally larger share.
 */
export class FleetLoads {
  readonly #others = new Map<string, Map<string, number>>();
  readonly #gateways: number;

  constructor(peers: readonly UpstreamLoads[]) {
    this.#gateways = peers.length + 1;
    for (const peer of peers) this.#add(peer);
  }

  /** By how much this gateway's share of each upstream of a route differs from its own connections there. */
  shiftsOf(routeId: string, upstreams: readonly { id: string; live: number }[]): number[] {
    if (this.#gateways === 1) return upstreams.map(() => 0);
    const others = this.#others.get(routeId);
    const totals = upstreams.map(({ id, live }) => live + (others?.get(id) ?? 0));
    const own = upstreams.reduce((sum, { live }) => sum + live, 0);
    const total = totals.reduce((sum, count) => sum + count, 0);
    const share = Math.max(1 / this.#gateways, total === 0 ? 0 : own / total);
    return upstreams.map(({ live }, index) => share * (totals[index] ?? 0) - live);
  }

  #add(peer: UpstreamLoads): void {
    for (const [routeId, counts] of Object.entries(peer)) {
      const sums = this.#others.get(routeId) ?? new Map<string, number>();
      this.#others.set(routeId, sums);
      for (const [id, count] of Object.entries(counts)) sums.set(id, (sums.get(id) ?? 0) + count);
    }
  }
}
