import { ESLint, Linter } from 'eslint';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { linearTimeRegexp } from './linear-time-regexp.mjs';

// Runs in this thread, so that no worker or child process outlives the test.
beforeAll(() => vi.stubEnv('RECHECK_SYNC_BACKEND', 'pure'));
afterAll(() => vi.unstubAllEnvs());

function problemsOf(code) {
  const plugins = { sluice: { rules: { 'linear-time-regexp': linearTimeRegexp } } };
  const config = { plugins, rules: { 'sluice/linear-time-regexp': 'error' } };
  return new Linter().verify(code, [config]).map(({ message }) => message);
}

test.each([
  ['a search that restarts at each character', String.raw`/"(?:[^"\\]|\\.)*"/g`],
  ['quantifiers that overlap', String.raw`/^\s*bearer(?:\s+(.*))?$/i`],
  ['nested quantifiers', '/^(?:a+)+$/'],
  ['many counted repeats', '/^(?:x{0,40}){0,40}$/'],
  ['a constructor', "new RegExp('^(?:a+)+$', 'u')"],
  ['a constructor with constants of the file', "const many = '(?:a+)+'; RegExp(`^${many}$`)"],
  ['a constructor with an unknown part', 'export const of = (name) => new RegExp(`^(?:${name}+)+$`)'],
  ['a constructor with another expression', 'const slow = /^(?:a+)+$/; new RegExp(slow, "i")'],
])('a regular expression that can take more than linear time is refused: %s', (_name, code) => {
  expect(problemsOf(code)).toContainEqual(expect.stringMatching(/polynomial|exponential/));
});

test.each([
  ['characters of one kind', '/^[a-z0-9]+$/'],
  ['a sticky search, which starts at one place', String.raw`/"(?:[^"\\]|\\.)*"/y`],
  ['counted repeats one after the other', String.raw`/^[a-z](?:[a-z-]{0,61}[a-z])?(?:\.[a-z]{1,63})*$/`],
  ['a constructor with an unknown part', 'export const of = (name) => new RegExp(`^${name}: [a-z]+$`)'],
  ['a pattern from outside the file', 'export const of = (pattern) => new RegExp(pattern)'],
])('a regular expression in linear time is accepted: %s', (_name, code) => {
  expect(problemsOf(code)).toEqual([]);
});

test('the rule is enabled for code that reads untrusted input', async () => {
  const eslint = new ESLint();
  for (const file of ['libs/handshake/upgrade-request.ts', 'apps/api/main.ts', 'scripts/start.mjs']) {
    const { rules } = await eslint.calculateConfigForFile(file);
    expect(rules['sluice/linear-time-regexp']).toEqual([2]);
  }
});
