import { expect, test } from 'vitest';
import { differencesOf, withChanges } from './differences.js';

const base = { name: 'chat', labels: { 'a.b': '1' }, timeouts: { connectMs: 5000, idleMs: null } };

test('versions differ in the fields that have other values, and in labels as a whole', () => {
  const after = { ...base, labels: { 'a.b': '2' }, timeouts: { connectMs: 5000, idleMs: 60_000 } };
  expect(differencesOf(base, after)).toEqual([
    { path: 'labels', before: { 'a.b': '1' }, after: { 'a.b': '2' } },
    { path: 'timeouts.idleMs', before: null, after: 60_000 },
  ]);
});

test("the user's changes are applied to the version of another user, and its other changes stay", () => {
  const mine = { ...base, timeouts: { connectMs: 7000, idleMs: null } };
  const theirs = { ...base, name: 'talk', timeouts: { connectMs: 6000, idleMs: 60_000 } };
  expect(withChanges(theirs, differencesOf(base, mine))).toEqual({
    ...base,
    name: 'talk',
    timeouts: { connectMs: 7000, idleMs: 60_000 },
  });
});
