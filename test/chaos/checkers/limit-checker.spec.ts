import { describe, expect, test } from 'vitest';
import type { Kill, LocalCounting } from '../history.js';
import type { ConnectionEvent } from '../events.js';
import { checkLimit } from './limit-checker.js';

const limit = { name: 'connections', max: 2, counts: () => true };

function event(
  kind: ConnectionEvent['kind'],
  atMs: number,
  gateway: number,
  connection: string,
): ConnectionEvent {
  return { side: 'client', kind, atMs, gateway, connection, upstream: 'a', tenant: 't', path: '/' };
}

function check(events: ConnectionEvent[], localCounting: LocalCounting[] = [], kills: Kill[] = []) {
  return checkLimit(limit, events, { localCounting, kills });
}

describe('the checker of limits', () => {
  const third = [event('opened', 1, 1, 'a'), event('opened', 2, 2, 'b'), event('opened', 3, 3, 'c')];

  test('finds one connection too many while all gateways count fleet-wide', () => {
    const { violations, maxFleetWide } = check(third);
    expect(violations).toEqual([expect.stringContaining('gateway 3 admitted number 3')]);
    expect(maxFleetWide).toBe(3);
  });

  test('does not count a connection that is leaving, since its slot outlives it', () => {
    expect(
      check([...third.slice(0, 2), event('leaving', 2.5, 1, 'a'), ...third.slice(2)]).violations,
    ).toEqual([]);
  });

  test('does not count the connections of a killed gateway or upstream', () => {
    const gateway: Kill = { kind: 'gateway', which: 1, atMs: 2.5, untilMs: 9 };
    expect(check(third, [], [gateway]).violations).toEqual([]);
    expect(check(third, [], [{ ...gateway, which: 3 }]).violations).toHaveLength(1);
    expect(check(third, [], [{ ...gateway, kind: 'upstream', which: 'a' }]).violations).toEqual([]);
  });

  test('allows gateways that count locally to exceed the limit together, but not individually', () => {
    const local = { gateways: [1, 2, 3], fromMs: 0, toMs: 10 };
    expect(check(third, [local])).toMatchObject({ violations: [], maxFleetWide: 0, maxEver: 3 });
    const here = [1, 2, 3].map((atMs) => event('opened', atMs, 1, `a${atMs}`));
    expect(check(here, [local]).violations).toEqual([
      expect.stringContaining('gateway 1 by itself admitted number 3'),
    ]);
  });

  test('holds the other gateways to the limit while one counts locally, and all gateways afterwards', () => {
    const local = { gateways: [1], fromMs: 0, toMs: 10 };
    expect(check(third, [local]).violations).toEqual([]);
    expect(check([...third, event('opened', 4, 3, 'd')], [local]).violations).toHaveLength(1);
    expect(check([...third, event('opened', 11, 1, 'd')], [local]).violations).toHaveLength(1);
  });
});
