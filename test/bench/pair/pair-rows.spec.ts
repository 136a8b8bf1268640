import { expect, test } from 'vitest';
import { memoryRows, processorRows } from './pair-rows.js';

test('the ratio is the median of the ratios within pairs, not the ratio of the medians', () => {
  const pairs = [
    { baseline: 100, now: 50 },
    { baseline: 300, now: 270 },
    { baseline: 200, now: 400 },
  ];
  expect(memoryRows(pairs)[1]).toEqual([
    'user space',
    '200 bytes',
    '270 bytes',
    '0.900',
    '0.500 to 2.000',
    '0.500 to 2.000',
  ]);
});

test('total, user and system time have a ratio each', () => {
  const baseline = { total: 100, user: 60, system: 40 };
  const now = { total: 75, user: 30, system: 45 };
  const [, ...rows] = processorRows([{ baseline, now }]);
  expect(rows.map(([name, before, after, ratio]) => [name, before, after, ratio])).toEqual([
    ['total', '100.0 µs', '75.0 µs', '0.750'],
    ['user', '60.0 µs', '30.0 µs', '0.500'],
    ['system', '40.0 µs', '45.0 µs', '1.125'],
  ]);
});

test('a pair in which nothing was measured does not count', () => {
  const pairs = [
    { baseline: 0, now: 0 },
    { baseline: 10, now: 20 },
  ];
  expect(memoryRows(pairs)[1]?.slice(3)).toEqual(['2.000', '2.000 to 2.000', '2.000 to 2.000']);
});
