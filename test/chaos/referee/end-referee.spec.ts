import { expect, test } from 'vitest';
import type { Kill } from '../chronicle.js';
import type { ConnectionNote } from '../notes.js';
import { judgeEnds } from './end-referee.js';

const opened = note('opened', 1000);
const kill: Kill = { kind: 'gateway', which: 1, atMs: 2000, untilMs: 3000 };

function note(kind: ConnectionNote['kind'], atMs: number, code?: number): ConnectionNote {
  const connection = { gateway: 1, connection: 'a', upstream: 'a', tenant: 't', path: '/' };
  return { side: 'client', kind, atMs, ...connection, ...(code !== undefined && { code }) };
}

test('an end that nobody asked for and no kill explains is a violation', () => {
  for (const code of [1000, 1001, 1006, 1013]) {
    expect(judgeEnds([opened, note('ended', 2500, code)], []).violations).toHaveLength(1);
  }
});

test('an end that its client asked for is none, unless it came with another code', () => {
  const leaving = note('leaving', 2000);
  expect(judgeEnds([opened, leaving, note('ended', 2500, 1000)], []).violations).toEqual([]);
  expect(judgeEnds([opened, leaving, note('ended', 2500, 1006)], []).violations).toHaveLength(1);
});

test('an end right after its gateway or its upstream was killed is none; before, long after, or of another one, it is', () => {
  const killed = (atMs: number, by: Kill) => judgeEnds([opened, note('ended', atMs, 1006)], [by]);
  expect(killed(2001, kill)).toEqual({ violations: [], opened: 1, killed: 1 });
  expect(killed(2001, { ...kill, kind: 'upstream', which: 'a' }).violations).toEqual([]);
  expect(killed(1999, kill).violations).toHaveLength(1);
  expect(killed(60_000, kill).violations).toHaveLength(1);
  expect(killed(2001, { ...kill, which: 2 }).violations).toHaveLength(1);
});
