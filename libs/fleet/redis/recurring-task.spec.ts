import { describe, expect, test, vi } from 'vitest';
import { activeTimers, timersBackTo } from '../../../test/support/active-timers.js';
import { gate } from '../../../test/support/fleet/scripted-member.js';
import { longWait } from '../../../test/support/long-wait.js';
import { RecurringTask } from './recurring-task.js';

describe('RecurringTask', () => {
  test('the task recurs by itself after its first run', async () => {
    let times = 0;
    const task = new RecurringTask(() => {
      times += 1;
      return Promise.resolve();
    }, 1);
    task.now();
    await vi.waitFor(() => expect(times).toBeGreaterThan(3), longWait);
    await task.stop();
  });

  test('runs do not overlap: requests during a run lead to one more run after it', async () => {
    const { opened, open } = gate();
    let times = 0;
    const task = new RecurringTask(() => {
      times += 1;
      return times === 1 ? opened : Promise.resolve();
    }, 3_600_000);
    for (let time = 0; time < 5; time += 1) task.now();
    expect(times).toBe(1);
    open();
    await vi.waitFor(() => expect(times).toBe(2), longWait);
    await task.stop();
    expect(times).toBe(2);
  });

  test('stopping waits for the current run, leaves no timer, and no run starts after it', async () => {
    const timers = activeTimers();
    const { opened, open } = gate();
    let hasEnded = false;
    let times = 0;
    const task = new RecurringTask(async () => {
      times += 1;
      await opened;
      hasEnded = true;
    }, 1);
    task.now();
    task.now();
    const stopped = Promise.all([task.stop(), task.stop()]);
    open();
    await stopped;
    task.now();
    expect([hasEnded, times]).toEqual([true, 1]);
    await timersBackTo(timers);
  });
});
