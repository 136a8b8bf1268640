import { expect, test } from 'vitest';
import { LeastConnections } from './balancing/least-connections.js';
import { FleetLoads, type UpstreamLoads } from './fleet-loads.js';

const routeId = 'rte_1';
const ids = ['a', 'b', 'c'];

/** An upstream as one gateway sees it. */
class Seen {
  readonly weight = 1;
  readonly isFull = false;
  shift = 0;

  constructor(
    readonly id: string,
    public live: number,
  ) {}

  get load(): number {
    return this.live + this.shift;
  }

  share(): number {
    return this.weight;
  }
}

class SimulatedGateway {
  readonly #upstreams: Seen[];
  readonly #policy: LeastConnections<Seen>;

  constructor(counts: readonly number[]) {
    this.#upstreams = counts.map((live, index) => new Seen(ids[index] ?? '', live));
    this.#policy = new LeastConnections(this.#upstreams);
  }

  get counts(): number[] {
    return this.#upstreams.map(({ live }) => live);
  }

  get report(): UpstreamLoads {
    return { [routeId]: Object.fromEntries(this.#upstreams.map(({ id, live }) => [id, live])) };
  }

  follow(fleet: FleetLoads): void {
    const shifts = fleet.shiftsOf(routeId, this.#upstreams);
    for (const [index, upstream] of this.#upstreams.entries()) upstream.shift = shifts[index] ?? 0;
  }

  connect(count: number): void {
    for (let index = 0; index < count; index += 1) {
      const [picked] = this.#policy.order({ nowMs: 0 });
      if (picked) picked.live += 1;
    }
  }
}

/**
 * The connections of upstreams at the end; `rounds`: the new connections of each gateway between heartbeats.
 */
function after(start: number[][], rounds: number[][]): number[] {
  const gateways = start.map((counts) => new SimulatedGateway(counts));
  for (const arrivals of rounds) {
    const reports = gateways.map(({ report }) => report);
    for (const [index, gateway] of gateways.entries()) {
      gateway.follow(new FleetLoads(reports.filter((_, other) => other !== index)));
    }
    for (const [index, gateway] of gateways.entries()) gateway.connect(arrivals[index] ?? 0);
  }
  return ids.map((_, index) => gateways.reduce((sum, { counts }) => sum + (counts[index] ?? 0), 0));
}

function ratio(counts: number[]): number {
  return Math.max(...counts) / Math.min(...counts);
}

const old = [500, 500, 0];

test.each([
  ['a fresh gateway, 100 connections at a time', [old, [0, 0, 0]], rounds(20, [0, 100]), 1.01],
  ['a fresh gateway among ten, 250 at a time', [...tenth(), [0, 0, 0]], rounds(20, [...zeros(9), 250]), 1.03],
  ['an old and a fresh gateway alike', [old, [0, 0, 0]], rounds(5, [50, 50]), 1.01],
])('%s fills up the upstream that is short of connections', (_, start, arrivals, most) => {
  expect(ratio(after(start, arrivals))).toBeLessThanOrEqual(most);
});

test.each([
  ['three gateways', [old, old, old], [1000, 1000, 1000], 1.01],
  ['ten gateways', [...tenth(), old], Array.from({ length: 10 }, () => 1000), 1.01],
  ['one gateway of three that has all connections', [old, [0, 0, 0], [0, 0, 0]], [1000, 0, 0], 1.01],
  [
    'unequal gateways',
    [
      [450, 450, 0],
      [25, 25, 0],
      [25, 25, 0],
    ],
    [900, 50, 50],
    1.1,
  ],
])(
  '%s do not overfill it, also if all connections come between two heartbeats',
  (_, start, arrivals, most) => {
    expect(ratio(after(start, [arrivals]))).toBeLessThanOrEqual(most);
  },
);

test('a gateway without others balances by its own connections', () => {
  expect(new FleetLoads([]).shiftsOf(routeId, [{ id: 'a', live: 7 }])).toEqual([0]);
});

test('a route that others do not report counts as one where they have nothing', () => {
  const fleet = new FleetLoads([{ rte_2: { a: 5 } }]);
  expect(fleet.shiftsOf(routeId, [{ id: 'a', live: 7 }])).toEqual([0]);
  expect(fleet.shiftsOf('rte_2', [{ id: 'a', live: 0 }])).toEqual([2.5]);
});

function rounds(count: number, arrivals: number[]): number[][] {
  return Array.from({ length: count }, () => arrivals);
}

function tenth(): number[][] {
  return Array.from({ length: 9 }, () => old);
}

function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0);
}
