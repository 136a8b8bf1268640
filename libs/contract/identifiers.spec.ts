import { describe, expect, test } from 'vitest';
import { idSchema, newId } from './identifiers.js';

describe('ids', () => {
  test('have the form that their schema asks for', () => {
    expect(idSchema('route').safeParse(newId('route')).success).toBe(true);
  });

  test('are different, though many are made in the same millisecond', () => {
    const ids = Array.from({ length: 10_000 }, () => newId('connection'));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('use every character of the alphabet in each random place', () => {
    const randomParts = Array.from({ length: 2000 }, () => newId('connection').slice(-16));
    for (let place = 0; place < 16; place += 1) {
      expect(new Set(randomParts.map((part) => part[place])).size).toBe(32);
    }
  });
});
