import { quantile } from '../quantile.js';
import type { MetricName, Sample } from './metrics.js';
import type { Measured } from './competitor.js';

/** Of the rounds; `least` and `most` are how far they differ. */
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
  /** Says how busy a part was, and compares nothing. */
  isShare: boolean;
  isPlotted: boolean;
  /** One a proxy, in their order. */
  cells: SummaryCell[];
}

interface RowKind extends Omit<SummaryRow, 'cells'> {
  metric: MetricName;
  hasRatio: boolean;
  /** The value of a round, beside that of no proxy at all in the same round where there is one. */
  value(sample: Sample, direct: Sample | undefined): number | undefined;
}

const busyMetrics = ['echo64', 'echo16k', 'handshake'] as const;

const rowKinds: RowKind[] = [
  cpuRow('echo64', 'CPU per 64-byte echo'),
  cpuRow('echo16k', 'CPU per 16 KiB echo'),
  cpuRow('handshake', 'CPU per connection opened and closed'),
  memoryRow(),
  addedRow('p50Micros', 'latency added over direct, p50'),
  addedRow('p99Micros', 'latency added over direct, p99'),
  plainRow('echo64', 'messagesPerSecond', 'echoes of 64 bytes', '1/s'),
  plainRow('echo16k', 'messagesPerSecond', 'echoes of 16 KiB', '1/s'),
  plainRow('echo16k', 'megabytesPerSecond', 'the same, each way', 'MB/s'),
  plainRow('handshake', 'handshakesPerSecond', 'connections opened and closed', '1/s'),
  ...busyMetrics.flatMap((metric) => [
    shareRow(metric, 'proxyShare', 'the proxy'),
    shareRow(metric, 'systemShare', 'of the proxy’s time, in the kernel'),
    shareRow(metric, 'generatorShare', 'the load generator'),
    shareRow(metric, 'upstreamShare', 'the echo upstream'),
  ]),
];

/** Only rows of which something was measured. */
export function summarise(measured: readonly Measured[]): SummaryRow[] {
  return rowKinds.flatMap((kind) => {
    const { title, unit, digits, isShare, isPlotted } = kind;
    const cells = measured.map((one) => cellOf(kind, one, measured));
    return cells.some(({ value }) => value !== null)
      ? [{ title, unit, digits, isShare, isPlotted, cells }]
      : [];
  });
}

function cellOf(kind: RowKind, { name }: Measured, all: readonly Measured[]): SummaryCell {
  const direct = samplesOf('direct', kind, all);
  const valuesOf = (proxy: string): (number | undefined)[] =>
    samplesOf(proxy, kind, all).map((sample, round) => kind.value(sample, direct[round]));
  const values = valuesOf(name);
  const basis = valuesOf('nginx');
  const ratios = values.map((value, round) => {
    const one = basis[round];
    return value === undefined || one === undefined ? undefined : value / one;
  });
  return { name, value: spreadOf(values), ratio: kind.hasRatio ? spreadOf(ratios) : null };
}

function samplesOf(proxy: string, { metric }: RowKind, all: readonly Measured[]): Sample[] {
  return all.find(({ name }) => name === proxy)?.samples[metric] ?? [];
}

function spreadOf(values: readonly (number | undefined)[]): Spread | null {
  const known = values.filter((value) => value !== undefined).filter(Number.isFinite);
  if (known.length === 0) return null;
  return { median: quantile(known, 0.5), least: Math.min(...known), most: Math.max(...known) };
}

function cpuRow(metric: MetricName, title: string): RowKind {
  // Without a proxy there is no such time.
  const value = ({ cpuMicros }: Sample): number | undefined => (cpuMicros === 0 ? undefined : cpuMicros);
  return { metric, title, unit: 'µs', digits: 1, value, hasRatio: true, isShare: false, isPlotted: true };
}

function memoryRow(): RowKind {
  const value = ({ bytesPerConnection = Number.NaN }: Sample): number => bytesPerConnection / 1024;
  const title = 'memory per idle connection';
  return {
    metric: 'memory',
    title,
    unit: 'KiB',
    digits: 1,
    value,
    hasRatio: true,
    isShare: false,
    isPlotted: true,
  };
}

function addedRow(field: string, title: string): RowKind {
  const value = (sample: Sample, direct: Sample | undefined): number | undefined => {
    const [own, without] = [sample[field], direct?.[field]];
    return own === undefined || without === undefined || sample === direct ? undefined : own - without;
  };
  // What a busy machine does to the slowest percent says little of a proxy.
  const isPlotted = field === 'p50Micros';
  return {
    metric: 'latency',
    title,
    unit: 'µs',
    digits: 0,
    value,
    hasRatio: true,
    isShare: false,
    isPlotted,
  };
}

function plainRow(metric: MetricName, field: string, title: string, unit: string): RowKind {
  const value = (sample: Sample): number | undefined => sample[field];
  return { metric, title, unit, digits: 0, value, hasRatio: false, isShare: false, isPlotted: false };
}

function shareRow(metric: MetricName, field: string, title: string): RowKind {
  const value = (sample: Sample): number => (sample[field] ?? Number.NaN) * 100;
  return {
    metric,
    title: `${metric}: ${title}`,
    unit: '%',
    digits: 0,
    value,
    hasRatio: false,
    isShare: true,
    isPlotted: false,
  };
}
