import { expect, test } from 'vitest';
import { FairQueue, LaneFullError } from './fair-queue.js';

test('a task without a lane runs before all tasks that wait in lanes', async () => {
  const { queue, ran, add, open } = held();
  const tasks = [add('t', 't1'), add('t', 't2'), add(null, 'operator'), add(null, 'another')];
  expect(queue.waiting).toBe(4);
  open();
  await Promise.all(tasks);
  expect(ran).toEqual(['operator', 'another', 't1', 't2']);
  expect(queue.waiting).toBe(0);
});

test('lanes take turns', async () => {
  const { ran, add, open } = held();
  const many = [1, 2, 3, 4].map((number) => add('busy', `busy ${number}`));
  const few = [add('calm', 'calm 1'), add('other', 'other 1'), add('calm', 'calm 2')];
  open();
  await Promise.all([...many, ...few]);
  expect(ran).toEqual(['busy 1', 'calm 1', 'other 1', 'busy 2', 'calm 2', 'busy 3', 'busy 4']);
});

test('one task runs at a time, and a failed task does not block later tasks', async () => {
  const queue = new FairQueue(10);
  let running = 0;
  const outcomes = await Promise.allSettled(
    [1, 2, 3].map((number) =>
      queue.run('lane', async () => {
        running += 1;
        expect(running).toBe(1);
        await Promise.resolve();
        running -= 1;
        if (number === 2) throw new Error('broken');
        return number;
      }),
    ),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('the number of waiting tasks of a lane is bounded, and a full lane does not affect other lanes', async () => {
  const { queue, ran, add, open } = held(3);
  const waiting = [add('full', '1'), add('full', '2'), add('full', '3')];
  await expect(queue.run('full', () => Promise.resolve())).rejects.toThrow(LaneFullError);
  const others = [add('other', 'other'), add(null, 'operator')];
  open();
  await Promise.all([...waiting, ...others]);
  expect(ran).toEqual(['operator', '1', 'other', '2', '3']);
  await add('full', 'again');
});

test('idle() resolves once all tasks have run', async () => {
  const { queue, ran, add, open } = held();
  const task = add('lane', 'one');
  let isIdle = false;
  const idle = queue.idle().then(() => (isIdle = true));
  await Promise.resolve();
  expect(isIdle).toBe(false);
  open();
  await idle;
  await task;
  expect(ran).toEqual(['one']);
});

/** A queue whose first task runs until `open` is called. */
function held(maxWaitingPerLane = 10) {
  const queue = new FairQueue(maxWaitingPerLane);
  const ran: string[] = [];
  let open: () => void = () => undefined;
  void queue.run(null, () => new Promise<void>((resolve) => (open = resolve)));
  const add = (lane: string | null, name: string): Promise<void> =>
    queue.run(lane, () => {
      ran.push(name);
      return Promise.resolve();
    });
  return { queue, ran, add, open: () => open() };
}
