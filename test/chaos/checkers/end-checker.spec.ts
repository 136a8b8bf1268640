import { expect, test } from 'vitest';
import type { Kill } from '../history.js';
import type { ConnectionEvent } from '../events.js';
import { checkEnds } from './end-checker.js';

const opened = event('opened', 1000);
const kill: Kill = { kind: 'gateway', which: 1, atMs: 2000, untilMs: 3000 };

function event(kind: ConnectionEvent['kind'], atMs: number, code?: number): ConnectionEvent {
  const connection = { gateway: 1, connection: 'a', upstream: 'a', tenant: 't', path: '/' };
  return { side: 'client', kind, atMs, ...connection, ...(code !== undefined && { code }) };
}

test('an end that neither the client requested nor a kill explains is a violation', () => {
  for (const code of [1000, 1001, 1006, 1013]) {
    expect(checkEnds([opened, event('ended', 2500, code)], []).violations).toHaveLength(1);
  }
});

test('an end that the client requested is not a violation, unless the close code differs', () => {
  const leaving = event('leaving', 2000);
  expect(checkEnds([opened, leaving, event('ended', 2500, 1000)], []).violations).toEqual([]);
  expect(checkEnds([opened, leaving, event('ended', 2500, 1006)], []).violations).toHaveLength(1);
});

test('an end is explained only by a kill of its own gateway or upstream shortly before', () => {
  const killed = (atMs: number, by: Kill) => checkEnds([opened, event('ended', atMs, 1006)], [by]);
  expect(killed(2001, kill)).toEqual({ violations: [], opened: 1, killed: 1 });
  expect(killed(2001, { ...kill, kind: 'upstream', which: 'a' }).violations).toEqual([]);
  expect(killed(1999, kill).violations).toHaveLength(1);
  expect(killed(60_000, kill).violations).toHaveLength(1);
  expect(killed(2001, { ...kill, which: 2 }).violations).toHaveLength(1);
});
