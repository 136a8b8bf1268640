import { expect, test } from 'vitest';
import { processorRows } from './pair-rows.js';
import type { ProcessorTime } from './processor-pairs.js';

function timeOf(total: number, user = total): ProcessorTime {
  return { total, user, system: total - user };
}

test('the ratio is the median of the ratios within pairs, not the ratio of the medians', () => {
  const [, total] = processorRows([
    { baseline: timeOf(100), now: timeOf(50) },
    { baseline: timeOf(300), now: timeOf(270) },
    { baseline: timeOf(200), now: timeOf(400) },
  ]);
  expect(total).toEqual(['total', '200.0 µs', '270.0 µs', '0.900', '0.500 to 2.000', '0.500 to 2.000']);
});

test('total, user and system time have a ratio each', () => {
  const [, ...rows] = processorRows([{ baseline: timeOf(100, 60), now: timeOf(75, 30) }]);
  expect(rows.map(([name, before, after, ratio]) => [name, before, after, ratio])).toEqual([
    ['total', '100.0 µs', '75.0 µs', '0.750'],
    ['user', '60.0 µs', '30.0 µs', '0.500'],
    ['system', '40.0 µs', '45.0 µs', '1.125'],
  ]);
});

test('a pair in which nothing was measured does not count', () => {
  const [, total] = processorRows([
    { baseline: timeOf(0), now: timeOf(0) },
    { baseline: timeOf(10), now: timeOf(20) },
  ]);
  expect(total?.slice(3)).toEqual(['2.000', '2.000 to 2.000', '2.000 to 2.000']);
});
