import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startProgress } from './progress.mjs';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function streamOf(isTTY) {
  const written = [];
  return { isTTY, written, write: (text) => written.push(text) };
}

test('without a terminal there is a line at the start and one every 10 seconds, with the stage', () => {
  const stream = streamOf(false);
  const progress = startProgress('Installing packages', { stream });
  vi.advanceTimersByTime(10_000);
  progress.setStage('sqlite3 is built');
  progress.setStage(undefined);
  vi.advanceTimersByTime(10_000);
  progress.stop();
  vi.advanceTimersByTime(60_000);
  expect(stream.written).toEqual([
    'Installing packages ...\n',
    'Installing packages (10 s) ...\n',
    'Installing packages: sqlite3 is built (20 s) ...\n',
  ]);
});

test('on a terminal one line is updated, and ends with the work', () => {
  const stream = streamOf(true);
  const progress = startProgress('Building', { stream });
  vi.advanceTimersByTime(3000);
  progress.stop();
  expect(stream.written.length).toBeGreaterThan(10);
  expect(stream.written.slice(0, -1).join('')).not.toContain('\n');
  expect(stream.written.at(-1)).toBe('\r  Building (3 s)\u001b[K\n');
  expect(vi.getTimerCount()).toBe(0);
});
