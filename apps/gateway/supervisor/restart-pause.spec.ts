import { expect, test } from 'vitest';
import { RestartPause } from './restart-pause.js';

test('a worker is restarted at once; after each further early death the pause doubles, up to 30 seconds', () => {
  const pause = new RestartPause();
  const pauses = Array.from({ length: 10 }, () => pause.after(500));
  expect(pauses).toEqual([0, 250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});

test('a worker that lived for ten seconds is restarted at once again', () => {
  const pause = new RestartPause();
  pause.after(500);
  expect(pause.after(500)).toBe(250);
  expect(pause.after(10_000)).toBe(0);
  expect(pause.after(500)).toBe(250);
});
