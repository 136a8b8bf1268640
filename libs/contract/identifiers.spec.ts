import { describe, expect, test } from 'vitest';
import { idSchema, newId, timeOf } from './identifiers.js';

describe('ids', () => {
  test('ids match their schema', () => {
    expect(idSchema('route').safeParse(newId('route')).success).toBe(true);
  });

  test('an id has the time of its creation', () => {
    const before = Date.now();
    const created = timeOf(newId('connection')).getTime();
    expect(created).toBeGreaterThanOrEqual(before);
    expect(created).toBeLessThanOrEqual(Date.now());
  });

  test('ids are unique, though many are created in the same millisecond', () => {
    const ids = Array.from({ length: 10_000 }, () => newId('connection'));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('ids use every character of the alphabet at each random position', () => {
    const randomParts = Array.from({ length: 2000 }, () => newId('connection').slice(-16));
    for (let place = 0; place < 16; place += 1) {
      expect(new Set(randomParts.map((part) => part[place])).size).toBe(32);
    }
  });
});
