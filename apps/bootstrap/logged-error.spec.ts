import { expect, test } from 'vitest';
import { loggedError } from './logged-error.js';

test('an error is logged with type, message, stack and causes, and without other fields', () => {
  const cause = Object.assign(new RangeError('inner'), { code: 'EINNER', parameters: ['a secret'] });
  const error = Object.assign(new Error('outer', { cause }), { query: 'INSERT', parameters: ['a secret'] });
  const logged = loggedError(error);
  expect(logged).toMatchObject({
    type: 'Error',
    message: 'outer',
    stack: error.stack,
    cause: { type: 'RangeError', message: 'inner', code: 'EINNER' },
  });
  expect(JSON.stringify(logged)).not.toMatch(/secret|INSERT/);
});

test('of a thrown value that is not an error, only a string is logged', () => {
  expect(loggedError('broken')).toBe('broken');
  expect(loggedError({ key: 'a secret' })).toBe('no error, but object');
});

test('a circular chain of causes is cut off', () => {
  const error = new Error('round');
  error.cause = error;
  expect(JSON.stringify(loggedError(error)).match(/"round"/g)).toHaveLength(5);
});
