import { expect, test } from 'vitest';
import { RestartPause } from './restart-pause.js';

test('the first death is followed at once, and each that comes soon after waits twice as long, up to 30 seconds', () => {
  const pause = new RestartPause();
  const pauses = Array.from({ length: 10 }, () => pause.after(500));
  expect(pauses).toEqual([0, 250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});

test('one that lived for ten seconds is followed at once again', () => {
  const pause = new RestartPause();
  pause.after(500);
  expect(pause.after(500)).toBe(250);
  expect(pause.after(10_000)).toBe(0);
  expect(pause.after(500)).toBe(250);
});
