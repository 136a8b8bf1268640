import type { Measured } from './competitor.js';
import type { MetricName, Sample } from './metrics.js';
import { rowKinds, type RowKind } from './row-kinds.js';
import { spreadOf, type Spread } from './spread.js';

/** The bases of ratios: a proxy, or the peer with the smallest value in each round. */
export const ratioBases = ['nginx', 'nginx-32k', 'HAProxy', 'best peer'] as const;
export type RatioBasis = (typeof ratioBases)[number];

export interface SummaryCell {
  name: string;
  value: Spread | null;
  /** The ratio of each round's value to the value of the basis in the same round, if both were measured. */
  ratios: Partial<Record<RatioBasis, Spread>>;
}

export interface SummaryRow {
  title: string;
  unit: string;
  digits: number;
  /** Whether the row is the load of a part, without a comparison. */
  isShare: boolean;
  isPlotted: boolean;
  /** The peers with the smallest value of a round, with the number of these rounds, in descending order. */
  bestPeers: { name: string; rounds: number }[];
  /** One cell for each proxy, in their order. */
  cells: SummaryCell[];
}

type RoundValues = readonly (number | undefined)[];

/** The rows with measurements. */
export function summarise(measured: readonly Measured[]): SummaryRow[] {
  return rowKinds.flatMap((kind) => {
    const row = rowOf(kind, measured);
    return row.cells.some(({ value }) => value !== null) ? [row] : [];
  });
}

function rowOf(kind: RowKind, measured: readonly Measured[]): SummaryRow {
  const { title, unit, digits, isShare, isPlotted } = kind;
  const values = new Map(measured.map((one) => [one.name, valuesOf(kind, one, kind.metric)]));
  const peerValues = new Map(
    measured.map((one) => [one.name, valuesOf(kind, one, kind.peerMetric ?? kind.metric)]),
  );
  const best = bestPeerOfRounds(measured, peerValues);
  const bases = ratioBases.map((basis): [RatioBasis, RoundValues] => [
    basis,
    basis === 'best peer' ? best.map((one) => one?.value) : (peerValues.get(basis) ?? []),
  ]);
  const cells = measured.map(({ name, role }): SummaryCell => {
    const own = values.get(name) ?? [];
    const ratios = kind.hasRatio && role !== 'direct' ? ratiosOf(own, bases) : {};
    return { name, value: spreadOf(own), ratios };
  });
  const bestPeers = kind.hasRatio ? countNames(best) : [];
  return { title, unit, digits, isShare, isPlotted, bestPeers, cells };
}

function ratiosOf(own: RoundValues, bases: readonly [RatioBasis, RoundValues][]): SummaryCell['ratios'] {
  const ratios: SummaryCell['ratios'] = {};
  for (const [basis, values] of bases) {
    const spread = spreadOf(
      own.map((value, round) => {
        const one = values[round];
        return value === undefined || one === undefined ? undefined : value / one;
      }),
    );
    if (spread !== null) ratios[basis] = spread;
  }
  return ratios;
}

interface BestPeer {
  name: string;
  value: number;
}

/** The peer with the smallest value in each round. */
function bestPeerOfRounds(
  measured: readonly Measured[],
  values: ReadonlyMap<string, RoundValues>,
): (BestPeer | undefined)[] {
  const peers = measured.filter(({ role }) => role === 'peer');
  const rounds = Math.max(0, ...peers.map(({ name }) => values.get(name)?.length ?? 0));
  return Array.from({ length: rounds }, (_, round) =>
    peers
      .flatMap(({ name }): BestPeer[] => {
        const value = values.get(name)?.[round];
        return value === undefined ? [] : [{ name, value }];
      })
      .sort((one, other) => one.value - other.value)
      .at(0),
  );
}

function countNames(best: readonly (BestPeer | undefined)[]): SummaryRow['bestPeers'] {
  const rounds = new Map<string, number>();
  for (const one of best) if (one) rounds.set(one.name, (rounds.get(one.name) ?? 0) + 1);
  return [...rounds]
    .map(([name, count]) => ({ name, rounds: count }))
    .sort((one, other) => other.rounds - one.rounds);
}

function valuesOf(kind: RowKind, { samples }: Measured, metric: MetricName): RoundValues {
  return (samples[metric] ?? []).map((sample: Sample) => {
    const value = kind.value(sample);
    return value === undefined || !Number.isFinite(value) ? undefined : value;
  });
}
