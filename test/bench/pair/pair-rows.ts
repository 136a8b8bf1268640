import { spreadOf } from '../comparison/spread.js';
import { quantile } from '../quantile.js';
import type { Both } from './both.js';
import type { ProcessorTime } from './processor-pairs.js';

/** The table of the processor time, whose ratios are those within the pairs. */
export function processorRows(pairs: readonly Both<ProcessorTime>[]): string[][] {
  const row = (part: keyof ProcessorTime): string[] => {
    const ratios = spreadOf(pairs.map(({ baseline, now }) => now[part] / baseline[part]));
    return [
      part,
      medianOf(pairs.map(({ baseline }) => baseline[part])),
      medianOf(pairs.map(({ now }) => now[part])),
      textOf(ratios?.median),
      `${textOf(ratios?.lowerQuartile)} to ${textOf(ratios?.upperQuartile)}`,
      `${textOf(ratios?.least)} to ${textOf(ratios?.most)}`,
    ];
  };
  const head = ['processor time of the gateway for a connection', 'baseline', 'now', 'ratio'];
  return [[...head, 'quartiles', 'minimum and maximum'], row('total'), row('user'), row('system')];
}

function medianOf(micros: readonly number[]): string {
  return `${quantile(micros, 0.5).toFixed(1)} µs`;
}

function textOf(ratio = Number.NaN): string {
  return ratio.toFixed(3);
}
