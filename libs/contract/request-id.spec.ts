import { expect, test } from 'vitest';
import { requestIdFrom } from './request-id.js';

test.each(['a', 'trace-1.2_3', 'A'.repeat(64)])('the id %s of a client is kept', (presented) => {
  expect(requestIdFrom(presented)).toBe(presented);
});

test.each([null, '', ' ', 'a b', 'a,b', 'A'.repeat(65), 'grün', 'a\r\nX: y', '{}', '"'])(
  'the id %j of a client is replaced',
  (presented) => {
    expect(requestIdFrom(presented)).toMatch(/^req_[0-9a-hjkmnp-tv-z]{26}$/);
  },
);
