import { expect, test } from 'vitest';
import { orderOf } from './both.js';

test('each build is first in every other pair', () => {
  expect([0, 1, 2, 3].map((pair) => orderOf(pair)[0])).toEqual(['baseline', 'now', 'baseline', 'now']);
});
