import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Configuration } from '#libs/routing';
import { snapshotOf, tenantEntry } from '../../../test/support/config-bus/published-entries.js';
import { untilServing } from './until-serving.js';

const snapshot = snapshotOf(1, [tenantEntry('acme')]);

let configuration: Configuration;

beforeEach(() => {
  // Not those of the turns in which a configuration is taken over.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  configuration = new Configuration();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

it('there is one already', async () => {
  await configuration.replace(snapshot);
  await untilServing(configuration, null);
});

it.each([null, 10_000])('waits for the first one; at most %s ms', async (withinMs) => {
  const over = vi.fn();
  const waiting = untilServing(configuration, withinMs).then(over);
  expect(over).not.toHaveBeenCalled();
  await configuration.replace(snapshot);
  await waiting;
});

it('waits no longer than it is told', async () => {
  const over = vi.fn();
  void untilServing(configuration, 10_000).then(over);
  await vi.advanceTimersByTimeAsync(9999);
  expect(over).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(over).toHaveBeenCalledOnce();
});
