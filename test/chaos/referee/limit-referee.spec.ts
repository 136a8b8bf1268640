import { describe, expect, test } from 'vitest';
import type { Kill, Seclusion } from '../chronicle.js';
import type { ConnectionNote } from '../notes.js';
import { judgeLimit } from './limit-referee.js';

const limit = { name: 'connections', most: 2, counts: () => true };

function note(
  kind: ConnectionNote['kind'],
  atMs: number,
  gateway: number,
  connection: string,
): ConnectionNote {
  return { side: 'client', kind, atMs, gateway, connection, upstream: 'a', tenant: 't', path: '/' };
}

function judge(notes: ConnectionNote[], seclusions: Seclusion[] = [], kills: Kill[] = []) {
  return judgeLimit(limit, notes, { seclusions, kills });
}

describe('the referee of limits', () => {
  const third = [note('opened', 1, 1, 'a'), note('opened', 2, 2, 'b'), note('opened', 3, 3, 'c')];

  test('notices one connection too many while all gateways count together', () => {
    const { violations, mostTogether } = judge(third);
    expect(violations).toEqual([expect.stringContaining('gateway 3 let in number 3')]);
    expect(mostTogether).toBe(3);
  });

  test('takes a connection that is leaving for gone, since its slot is held for longer', () => {
    expect(judge([...third.slice(0, 2), note('leaving', 2.5, 1, 'a'), ...third.slice(2)]).violations).toEqual(
      [],
    );
  });

  test('takes the connections of a killed gateway or upstream for gone', () => {
    const gateway: Kill = { kind: 'gateway', which: 1, atMs: 2.5, untilMs: 9 };
    expect(judge(third, [], [gateway]).violations).toEqual([]);
    expect(judge(third, [], [{ ...gateway, which: 3 }]).violations).toHaveLength(1);
    expect(judge(third, [], [{ ...gateway, kind: 'upstream', which: 'a' }]).violations).toEqual([]);
  });

  test('lets gateways that count by themselves exceed it together, and none of them alone', () => {
    const alone = { gateways: [1, 2, 3], fromMs: 0, toMs: 10 };
    expect(judge(third, [alone])).toMatchObject({ violations: [], mostTogether: 0, mostEver: 3 });
    const here = [1, 2, 3].map((atMs) => note('opened', atMs, 1, `a${atMs}`));
    expect(judge(here, [alone]).violations).toEqual([
      expect.stringContaining('gateway 1 alone let in number 3'),
    ]);
  });

  test('holds the others to it while one counts by itself, and all of them when that is over', () => {
    const alone = { gateways: [1], fromMs: 0, toMs: 10 };
    expect(judge(third, [alone]).violations).toEqual([]);
    expect(judge([...third, note('opened', 4, 3, 'd')], [alone]).violations).toHaveLength(1);
    expect(judge([...third, note('opened', 11, 1, 'd')], [alone]).violations).toHaveLength(1);
  });
});
