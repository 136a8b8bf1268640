import { spreadOf } from '../comparison/spread.js';
import { quantile } from '../quantile.js';
import type { Both } from './both.js';
import type { ProcessorTime } from './processor-pairs.js';

/** The table of the processor time, whose ratios are those within the pairs. */
export function processorRows(pairs: readonly Both<ProcessorTime>[]): string[][] {
  const part = (name: keyof ProcessorTime): string[] => [
    name,
    ...cellsOf(
      pairs.map(({ baseline, now }) => ({ baseline: baseline[name], now: now[name] })),
      (micros) => `${micros.toFixed(1)} µs`,
    ),
  ];
  return [
    headOf('processor time of the gateway for a connection'),
    part('total'),
    part('user'),
    part('system'),
  ];
}

/** The table of the memory, whose ratios are those within the pairs. */
export function memoryRows(pairs: readonly Both<number>[]): string[][] {
  const cells = cellsOf(pairs, (bytes) => `${bytes.toFixed(0)} bytes`);
  return [headOf('memory for an idle connection'), ['user space', ...cells]];
}

function headOf(what: string): string[] {
  return [what, 'baseline', 'now', 'ratio', 'quartiles', 'minimum and maximum'];
}

function cellsOf(pairs: readonly Both<number>[], text: (value: number) => string): string[] {
  const median = (values: number[]): string => text(quantile(values, 0.5));
  const ratios = spreadOf(pairs.map(({ baseline, now }) => now / baseline));
  const of = (ratio: number | undefined): string => (ratio ?? Number.NaN).toFixed(3);
  return [
    median(pairs.map(({ baseline }) => baseline)),
    median(pairs.map(({ now }) => now)),
    of(ratios?.median),
    `${of(ratios?.lowerQuartile)} to ${of(ratios?.upperQuartile)}`,
    `${of(ratios?.least)} to ${of(ratios?.most)}`,
  ];
}
