import { expect, test } from 'vitest';
import { sumOfMetric, type GatewaySample } from './gateway-watch.js';
import { soakVerdicts } from './soak-verdicts.js';

const quiet: GatewaySample = {
  atMs: 0,
  memoryBytes: 50e6,
  descriptors: 30,
  connections: 0,
  joined: 100,
  ended: 100,
};

test('a soak passes if all connections ended, memory is flat and descriptors are released', () => {
  const during = Array.from({ length: 20 }, () => ({ ...quiet, connections: 10, descriptors: 50 }));
  expect(heldOf({ before: quiet, during, after: quiet })).toEqual([true, true, true]);
});

test('a soak fails with a connection that never ended, growing memory, or leaked descriptors', () => {
  const during = Array.from({ length: 20 }, (_, index) => ({ ...quiet, memoryBytes: 50e6 + index * 1e6 }));
  const after = { ...quiet, ended: 99, descriptors: 40 };
  expect(heldOf({ before: quiet, during, after })).toEqual([false, false, false]);
});

test('a metric is the sum of its series, without metrics whose names begin with its name', () => {
  const page =
    'ended_total{code="1000"} 3\nended_total{code="1006"} 4\nended_total_other 9\nended_seconds 1\n';
  expect(sumOfMetric(page, 'ended_total')).toBe(7);
  expect(sumOfMetric(page, 'ended_total', 'code="1006"')).toBe(4);
});

function heldOf(result: Parameters<typeof soakVerdicts>[0]): boolean[] {
  return soakVerdicts(result).map(({ isHeld }) => isHeld);
}
