import { expect, test } from 'vitest';
import type { Pause, Kill } from '../history.js';
import { checkRefusals } from './refusal-checker.js';

const kill: Kill = { kind: 'gateway', which: 1, atMs: 10_000, untilMs: 12_000 };
const upstreamKill: Kill = { ...kill, kind: 'upstream', which: 'a' };
const pause: Pause = { gateway: 1, fromMs: 10_000, toMs: 22_000 };

interface Case {
  path?: string;
  startedAtMs?: number;
  atMs?: number;
  kills?: Kill[];
  pauses?: Pause[];
}

function violations(status: number, given: Case = {}): number {
  const { path = '/steady', startedAtMs = 9000, atMs = 10_500, kills = [], pauses = [] } = given;
  const refusal = { kind: 'refused' as const, startedAtMs, atMs, gateway: 1, path, status, problem: '' };
  return checkRefusals([refusal], { kills, pauses }).violations.length;
}

test('a refusal that no fault or limit explains is a violation', () => {
  for (const status of [0, 400, 401, 403, 404, 429, 500, 502, 503, 504]) expect(violations(status)).toBe(1);
});

test('a limit explains 429 only; a killed process explains no answer, 502 and 504', () => {
  expect(violations(429, { path: '/limited/wide' })).toBe(0);
  expect(violations(0, { kills: [kill] })).toBe(0);
  expect(violations(0, { kills: [upstreamKill] })).toBe(1);
  for (const status of [502, 504]) {
    expect(violations(status, { kills: [upstreamKill] })).toBe(0);
    expect(violations(status, { kills: [kill] })).toBe(1);
    expect(violations(status, { kills: [upstreamKill], startedAtMs: 20_000, atMs: 21_000 })).toBe(1);
  }
});

test('a paused gateway explains 400 and 504 for handshakes that were in progress', () => {
  for (const status of [400, 504]) {
    expect(violations(status, { pauses: [pause], atMs: 22_100 })).toBe(0);
    expect(violations(status, { pauses: [pause], startedAtMs: 11_000, atMs: 22_100 })).toBe(1);
    expect(violations(status, { pauses: [{ ...pause, gateway: 2 }], atMs: 22_100 })).toBe(1);
  }
});
