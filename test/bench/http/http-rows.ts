import type { Measured } from '../comparison/competitor.js';
import type { Sample } from '../comparison/metrics.js';
import { quantile } from '../quantile.js';
import type { HttpMetric } from './http-metrics.js';

interface Row {
  title: string;
  metric: HttpMetric;
  field: string;
  unit: string;
  /** Whether less is better. */
  isCost: boolean;
}

const rows: readonly Row[] = [
  row('get', 'cpuMicros', 'CPU per GET of 128 bytes', 'µs'),
  row('answer16k', 'cpuMicros', 'CPU per GET of 16 KiB', 'µs'),
  row('upload64k', 'cpuMicros', 'CPU per POST of 64 KiB', 'µs'),
  row('latency', 'p50Micros', 'latency at half load, p50', 'µs'),
  row('latency', 'p99Micros', 'latency at half load, p99', 'µs'),
  row('get', 'messagesPerSecond', 'GET of 128 bytes', '1/s'),
  row('answer16k', 'messagesPerSecond', 'GET of 16 KiB', '1/s'),
  row('upload64k', 'messagesPerSecond', 'POST of 64 KiB', '1/s'),
];

/** The medians of all proxies. */
export function httpRows(measured: readonly Measured[]): string[][] {
  const present = measured.filter(({ missing }) => missing === null);
  for (const { name, missing } of measured) if (missing !== null) console.error(`${name}: ${missing}`);
  return [
    ['', ...present.map(({ name, version }) => `${name} ${version}`.trim())],
    ...rows.map(({ title, unit, metric, field }) => [
      `${title}, ${unit}`,
      ...present.map((one) => numberText(quantile(valuesOf(one, metric, field), 0.5))),
    ]),
  ];
}

/** How Sluice compares with each peer in the same round: median, minimum and maximum. */
export function ratioRows(measured: readonly Measured[]): string[][] {
  const own = measured.find(({ role }) => role === 'sluice');
  const peers = measured.filter(({ role, missing }) => role === 'peer' && missing === null);
  if (own === undefined) return [['no Sluice']];
  return [
    ['ratio of Sluice to', ...peers.map(({ name }) => name)],
    ...rows
      .filter(({ isCost }) => isCost)
      .map(({ title, metric, field }) => [
        title,
        ...peers.map((peer) => ratioText(valuesOf(own, metric, field), valuesOf(peer, metric, field))),
      ]),
  ];
}

function row(metric: HttpMetric, field: string, title: string, unit: string): Row {
  return { metric, field, title, unit, isCost: unit === 'µs' };
}

function valuesOf({ samples }: Measured, metric: HttpMetric, field: string): number[] {
  return (samples[metric] ?? []).map((sample: Sample) => sample[field] ?? Number.NaN);
}

function ratioText(own: readonly number[], peer: readonly number[]): string {
  const ratios = own.map((value, round) => value / (peer[round] ?? Number.NaN));
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(2));
  return `**${quantile(ratios, 0.5).toFixed(2)}×** (${least} to ${most})`;
}

function numberText(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 });
}
