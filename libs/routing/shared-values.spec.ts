import { expect, test } from 'vitest';
import { SharedValues } from './shared-values.js';

test('beyond 1,024 different values no further one is kept or frozen, and the kept ones are still shared', () => {
  const values = new SharedValues<{ number: number }>();
  const kept = Array.from({ length: 1024 }, (_, number) => values.share({ number }));
  expect(kept.every((value) => Object.isFrozen(value))).toBe(true);
  const beyond = values.share({ number: 1024 });
  expect(Object.isFrozen(beyond)).toBe(false);
  expect(values.share({ number: 1024 })).not.toBe(beyond);
  expect(values.share({ number: 1023 })).toBe(kept[1023]);
});
