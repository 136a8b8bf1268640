import { quantile } from '../quantile.js';
import type { MetricName, Sample } from './metrics.js';
import type { Measured } from './rounds.js';

/** Of the rounds; `least` and `most` are the spread. */
export interface Spread {
  median: number;
  least: number;
  most: number;
}

export interface SummaryCell {
  name: string;
  value: Spread | null;
  /** Of each round's value to nginx's in the same round. */
  ratio: Spread | null;
}

export interface SummaryRow {
  title: string;
  unit: string;
  digits: number;
  /** One a proxy, in their order. */
  cells: SummaryCell[];
}

interface RowKind {
  metric: MetricName;
  title: string;
  unit: string;
  digits: number;
  /** The value of a round, beside that of no proxy at all in the same round where there is one. */
  value(sample: Sample, direct: Sample | undefined): number | undefined;
  hasRatio?: boolean;
}

const rowKinds: RowKind[] = [
  cpuRow('echo64', 'CPU per 64-byte echo'),
  cpuRow('echo16k', 'CPU per 16 KiB echo'),
  cpuRow('handshake', 'CPU per connection opened and closed'),
  {
    metric: 'memory',
    title: 'memory per idle connection',
    unit: 'KiB',
    digits: 1,
    value: ({ bytesPerConnection = 0 }) => bytesPerConnection / 1024,
    hasRatio: true,
  },
  addedRow('p50Micros', 'latency added over direct, p50'),
  addedRow('p99Micros', 'latency added over direct, p99'),
  plainRow('echo64', 'messagesPerSecond', 'throughput, 64 bytes', 'messages/s', 0),
  plainRow('echo16k', 'messagesPerSecond', 'throughput, 16 KiB', 'messages/s', 0),
  plainRow('echo16k', 'megabytesPerSecond', 'throughput, 16 KiB, each way', 'MB/s', 0),
  plainRow('handshake', 'handshakesPerSecond', 'connections opened and closed', '1/s', 0),
  ...(['echo64', 'echo16k', 'handshake'] as const).flatMap((metric) => [
    plainRow(metric, 'proxyShare', `${metric}: processor time of the proxy`, '%', 0, 100),
    plainRow(metric, 'systemShare', `${metric}: of this, in the kernel`, '%', 0, 100),
    plainRow(metric, 'generatorShare', `${metric}: of the load generator`, '%', 0, 100),
    plainRow(metric, 'upstreamShare', `${metric}: of the echo upstream`, '%', 0, 100),
  ]),
];

/** Only rows of which something was measured. */
export function summarise(measured: readonly Measured[]): SummaryRow[] {
  const rows = rowKinds.map((kind) => ({
    ...kind,
    cells: measured.map((one) => cellOf(kind, one, measured)),
  }));
  return rows
    .filter(({ cells }) => cells.some(({ value }) => value !== null))
    .map(({ title, unit, digits, cells }) => ({ title, unit, digits, cells }));
}

function cellOf(kind: RowKind, { name, samples }: Measured, all: readonly Measured[]): SummaryCell {
  const of = (proxy: string): Sample[] =>
    all.find((other) => other.name === proxy)?.samples[kind.metric] ?? [];
  const [direct, nginx] = [of('direct'), of('nginx')];
  const valuesOf = (list: Sample[]): (number | undefined)[] =>
    list.map((sample, round) => kind.value(sample, direct[round]));
  const values = valuesOf(samples[kind.metric] ?? []);
  const basis = valuesOf(nginx);
  const ratios = values.map((value, round) => {
    const one = basis[round];
    return value === undefined || one === undefined ? undefined : value / one;
  });
  return {
    name,
    value: spreadOf(values),
    ratio: kind.hasRatio && name !== 'direct' ? spreadOf(ratios) : null,
  };
}

function spreadOf(values: readonly (number | undefined)[]): Spread | null {
  const known = values.filter((value) => value !== undefined && Number.isFinite(value)) as number[];
  if (known.length === 0) return null;
  return { median: quantile(known, 0.5), least: Math.min(...known), most: Math.max(...known) };
}

function cpuRow(metric: MetricName, title: string): RowKind {
  return {
    metric,
    title,
    unit: 'µs',
    digits: 1,
    value: ({ cpuMicros }) => (cpuMicros === 0 ? undefined : cpuMicros),
    hasRatio: true,
  };
}

function addedRow(field: string, title: string): RowKind {
  const value = (sample: Sample, direct: Sample | undefined): number | undefined => {
    const [own, without] = [sample[field], direct?.[field]];
    return own === undefined || without === undefined || sample === direct ? undefined : own - without;
  };
  return { metric: 'latency', title, unit: 'µs', digits: 0, value, hasRatio: true };
}

function plainRow(
  metric: MetricName,
  field: string,
  title: string,
  unit: string,
  digits: number,
  factor = 1,
): RowKind {
  return { metric, title, unit, digits, value: (sample) => (sample[field] ?? Number.NaN) * factor };
}
