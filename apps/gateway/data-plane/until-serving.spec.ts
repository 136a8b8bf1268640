import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Configuration } from '#libs/routing';
import { snapshotOf, tenantEntry } from '../../../test/support/config-bus/published-entries.js';
import { untilServing } from './until-serving.js';

const snapshot = snapshotOf(1, [tenantEntry('acme')]);

let configuration: Configuration;

beforeEach(() => {
  // Only these timers, since a configuration is applied over several turns of the event loop.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  configuration = new Configuration();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test('the wait ends at once if there is a configuration already', async () => {
  await configuration.replace(snapshot);
  await untilServing(configuration, null);
});

test.each([null, 10_000])('the wait of at most %s ms ends with the first configuration', async (withinMs) => {
  const over = vi.fn();
  const waiting = untilServing(configuration, withinMs).then(over);
  expect(over).not.toHaveBeenCalled();
  await configuration.replace(snapshot);
  await waiting;
});

test('the wait ends after its limit if no configuration arrives', async () => {
  const over = vi.fn();
  void untilServing(configuration, 10_000).then(over);
  await vi.advanceTimersByTimeAsync(9999);
  expect(over).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(over).toHaveBeenCalledOnce();
});
