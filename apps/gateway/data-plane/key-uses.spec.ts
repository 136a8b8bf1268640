import { expect, test } from 'vitest';
import { newId } from '#libs/contract';
import { KeyUses } from './key-uses.js';

let nowMs = Date.parse('2026-11-22T14:00:00.000Z');
const uses = (): KeyUses => new KeyUses(() => nowMs);
const at = (): string => new Date(nowMs).toISOString();

test('take() returns the last use of a key, once', () => {
  const [key, noted] = [newId('apiKey'), uses()];
  noted.record(key);
  nowMs += 1000;
  noted.record(key);
  expect(noted.take()).toEqual([{ apiKeyId: key, at: at() }]);
  expect(noted.take()).toEqual([]);
});

test('take() returns a key in heavy use once a minute, with its last use', () => {
  const [key, noted] = [newId('apiKey'), uses()];
  noted.record(key);
  expect(noted.take()).toHaveLength(1);
  nowMs += 59_999;
  noted.record(key);
  const last = at();
  expect(noted.take()).toEqual([]);
  nowMs += 1;
  expect(noted.take()).toEqual([{ apiKeyId: key, at: last }]);
});

test('take() returns at most 1,000 keys at a time, each once', () => {
  const noted = uses();
  const keys = Array.from({ length: 2500 }, () => newId('apiKey'));
  for (const key of keys) noted.record(key);
  const taken = [noted.take(), noted.take(), noted.take()].map((page) =>
    page.map(({ apiKeyId }) => apiKeyId),
  );
  expect(taken.map(({ length }) => length)).toEqual([1000, 1000, 500]);
  expect(new Set(taken.flat())).toEqual(new Set(keys));
});
