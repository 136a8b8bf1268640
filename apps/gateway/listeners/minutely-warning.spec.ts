import { expect, test } from 'vitest';
import { MinutelyWarning } from './minutely-warning.js';

test('a minutely warning is logged at once, then once a minute with the number of occurrences', () => {
  let nowMs = 0;
  const lines: unknown[] = [];
  const logger = { warn: (...line: unknown[]) => void lines.push(line) };
  const warning = new MinutelyWarning(logger, 'again', () => nowMs);
  for (let times = 0; times < 5; times += 1) warning.warn({ limit: 9 });
  expect(lines).toEqual([[{ limit: 9, times: 1 }, 'again']]);
  nowMs = 59_999;
  warning.warn();
  expect(lines).toHaveLength(1);
  nowMs = 60_000;
  warning.warn({ limit: 8 });
  expect(lines.slice(1)).toEqual([[{ limit: 8, times: 6 }, 'again']]);
});
