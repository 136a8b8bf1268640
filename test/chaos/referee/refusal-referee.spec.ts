import { expect, test } from 'vitest';
import type { Freeze, Kill } from '../chronicle.js';
import { judgeRefusals } from './refusal-referee.js';

const kill: Kill = { kind: 'gateway', which: 1, atMs: 10_000, untilMs: 12_000 };
const upstreamKill: Kill = { ...kill, kind: 'upstream', which: 'a' };
const freeze: Freeze = { gateway: 1, fromMs: 10_000, toMs: 22_000 };

interface Case {
  path?: string;
  startedAtMs?: number;
  atMs?: number;
  kills?: Kill[];
  freezes?: Freeze[];
}

function violations(status: number, given: Case = {}): number {
  const { path = '/steady', startedAtMs = 9000, atMs = 10_500, kills = [], freezes = [] } = given;
  const refusal = { kind: 'refused' as const, startedAtMs, atMs, gateway: 1, path, status, problem: '' };
  return judgeRefusals([refusal], { kills, freezes }).violations.length;
}

test('a refusal that nothing explains is a violation', () => {
  for (const status of [0, 400, 401, 403, 404, 429, 500, 502, 503, 504]) expect(violations(status)).toBe(1);
});

test('429 is for those that push against a limit; no answer, 502 and 504 for when their process was killed', () => {
  expect(violations(429, { path: '/limited/wide' })).toBe(0);
  expect(violations(0, { kills: [kill] })).toBe(0);
  expect(violations(0, { kills: [upstreamKill] })).toBe(1);
  for (const status of [502, 504]) {
    expect(violations(status, { kills: [upstreamKill] })).toBe(0);
    expect(violations(status, { kills: [kill] })).toBe(1);
    expect(violations(status, { kills: [upstreamKill], startedAtMs: 20_000, atMs: 21_000 })).toBe(1);
  }
});

test('400 and 504 are for a handshake that had begun when its gateway was frozen, and was over when it woke up', () => {
  for (const status of [400, 504]) {
    expect(violations(status, { freezes: [freeze], atMs: 22_100 })).toBe(0);
    expect(violations(status, { freezes: [freeze], startedAtMs: 11_000, atMs: 22_100 })).toBe(1);
    expect(violations(status, { freezes: [{ ...freeze, gateway: 2 }], atMs: 22_100 })).toBe(1);
  }
});
