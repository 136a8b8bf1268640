import { describe, expect, it } from 'vitest';
import { idSchema, newId } from './identifiers.js';

describe('ids', () => {
  it('have the form that their schema asks for', () => {
    expect(idSchema('route').safeParse(newId('route')).success).toBe(true);
  });

  it('are different, though many are made in the same millisecond', () => {
    const ids = Array.from({ length: 10_000 }, () => newId('connection'));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('use every character of the alphabet in each random place', () => {
    const randomParts = Array.from({ length: 2000 }, () => newId('connection').slice(-16));
    for (let place = 0; place < 16; place += 1) {
      expect(new Set(randomParts.map((part) => part[place])).size).toBe(32);
    }
  });
});
