import { expect, test } from 'vitest';
import { keptTicks, lastStepSeconds, StepRows, knownSteps, type RowBudget } from './step-rows.js';

const budget = (): RowBudget => ({ left: 10, missedAtTick: null });

test('a value is in its step of each window, of which the last one is under way', () => {
  const rows = new StepRows(0, budget());
  rows.add('handshakes', 3, 9);
  expect(rows.read('handshakes', '1m', 9).at(-1)).toBe(3);
  // Ticks 0 to 9 are the first step of ten minutes.
  expect(rows.read('handshakes', '10m', 9).slice(-2)).toEqual([0, 3]);
  expect(rows.read('handshakes', '10m', 10).slice(-2)).toEqual([3, 0]);
  expect(rows.read('handshakes', '1h', 59).slice(-2)).toEqual([0, 3]);
  expect([lastStepSeconds('10m', 9), lastStepSeconds('10m', 10), lastStepSeconds('1m', 9)]).toEqual([
    20, 2, 2,
  ]);
});

test('steps move to the front as time passes, and are gone after the window', () => {
  const rows = new StepRows(0, budget());
  rows.add('handshakes', 1, 0);
  rows.add('handshakes', 2, 1);
  expect(rows.read('handshakes', '1m', 29).slice(0, 2)).toEqual([1, 2]);
  expect(rows.read('handshakes', '1m', 30).slice(0, 2)).toEqual([2, 0]);
  expect(rows.sum('handshakes', '1m', 31)).toBe(0);
  expect(rows.sum('handshakes', '10m', 31)).toBe(3);
});

test('a row that rested for longer than its windows shows nothing of the time before', () => {
  const rows = new StepRows(0, budget());
  for (let tick = 0; tick < 100; tick += 1) rows.add('handshakes', 1, tick);
  const later = 100 + 3 * keptTicks;
  for (const window of ['1m', '10m', '1h'] as const) {
    expect(rows.sum('handshakes', window, later)).toBe(0);
  }
});

test('connections stay until they are set again', () => {
  const rows = new StepRows(0, budget());
  rows.setConnections(5, 0);
  expect(rows.read('connections', '1m', 20).slice(-3)).toEqual([5, 5, 5]);
  rows.setConnections(0, 21);
  expect(rows.read('connections', '1m', 22).slice(-3)).toEqual([5, 0, 0]);
  expect(rows.read('connections', '10m', 29).slice(-3)).toEqual([5, 5, 0]);
});

test('no more rows are created than the budget allows, and released ones can be created again', () => {
  const shared: RowBudget = { left: 1, missedAtTick: null };
  const [one, other] = [new StepRows(0, shared), new StepRows(0, shared)];
  one.add('handshakes', 1, 0);
  other.add('handshakes', 1, 7);
  expect(other.sum('handshakes', '1m', 7)).toBe(0);
  expect(shared).toEqual({ left: 0, missedAtTick: 7 });
  one.release();
  other.add('handshakes', 1, 8);
  expect(other.sum('handshakes', '1m', 8)).toBe(1);
});

test('the known steps are those since the first tick', () => {
  expect(knownSteps('1m', 100, 99)).toBe(0);
  expect(knownSteps('1m', 100, 104)).toBe(5);
  expect(knownSteps('10m', 105, 109)).toBe(1);
  expect(knownSteps('10m', 105, 110)).toBe(2);
  expect(knownSteps('1h', 0, 10_000)).toBe(30);
});
