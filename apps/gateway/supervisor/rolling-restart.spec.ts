import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { longWait } from '../../../test/support/long-wait.js';
import { RollingRestart, type RollingWorker } from './rolling-restart.js';

/** A worker that starts, becomes ready and ends on command. */
class CommandedWorker implements RollingWorker {
  state: RollingWorker['state'] = 'starting';
  readonly requests: string[] = [];
  start = (): void => undefined;
  fail: (error: Error) => void = () => undefined;
  end: () => void = () => undefined;
  readonly started: RollingWorker['started'] = new Promise((resolve, reject) => {
    this.start = () => resolve({ gatewayId: 'gtw_', urls: [], engine: 'native' });
    this.fail = reject;
  });
  readonly ended: RollingWorker['ended'] = new Promise((resolve) => {
    this.end = () => resolve({ exitCode: 0, signal: null });
  });

  terminate(how: string): void {
    this.requests.push(how);
  }

  static ready(): CommandedWorker {
    const worker = new CommandedWorker();
    worker.start();
    worker.state = 'ready';
    return worker;
  }
}

class World {
  readonly places = [0, 1].map((number) => ({ number, worker: CommandedWorker.ready() }));
  readonly forked: CommandedWorker[] = [];
  mayGoOn = true;
  readonly rolling = new RollingRestart<CommandedWorker>({
    logger: pino({ level: 'silent' }),
    places: () => this.places,
    mayGoOn: () => this.mayGoOn,
    start: () => {
      const worker = new CommandedWorker();
      this.forked.push(worker);
      return worker;
    },
    replace: (number, next) => {
      const place = this.places[number] ?? expect.unreachable('no such place');
      const old = place.worker;
      place.worker = next;
      old.terminate('retire');
      return old;
    },
  });

  async nth(count: number): Promise<CommandedWorker> {
    await vi.waitFor(() => expect(this.forked).toHaveLength(count), longWait);
    return this.forked[count - 1] ?? expect.unreachable('no such worker');
  }

  /** Makes the next worker ready, and ends its predecessor. */
  async replaceOne(count: number): Promise<void> {
    const next = await this.nth(count);
    const old = this.places[(count - 1) % 2]?.worker ?? expect.unreachable('no such place');
    next.start();
    next.state = 'ready';
    await vi.waitFor(() => expect(old.requests).toEqual(['retire']), longWait);
    old.end();
  }
}

test('a worker retires when its successor is ready, and the next place follows when it has ended', async () => {
  const world = new World();
  const [first, second] = world.places.map(({ worker }) => worker);
  world.rolling.ask();
  const next = await world.nth(1);
  next.start();
  await next.started;
  expect(first?.requests).toEqual([]);
  next.state = 'ready';
  await vi.waitFor(() => expect(first?.requests).toEqual(['retire']), longWait);
  expect(world.forked).toHaveLength(1);
  first?.end();
  await world.nth(2);
  expect(second?.requests).toEqual([]);
});

test('three requests during a restart start one more restart', async () => {
  const world = new World();
  for (let count = 0; count < 4; count += 1) world.rolling.ask();
  for (let count = 1; count <= 4; count += 1) await world.replaceOne(count);
  await new Promise((resolve) => setImmediate(resolve));
  expect(world.forked).toHaveLength(4);
});

test.each([
  ['cannot start', (worker: CommandedWorker) => worker.fail(new Error('the port is taken'))],
  ['ends before it is ready', (worker: CommandedWorker) => worker.end()],
])('a new worker that %s ends the restart, and the old workers are kept', async (_name, fail) => {
  const world = new World();
  world.rolling.ask();
  const next = await world.nth(1);
  fail(next);
  await vi.waitFor(() => expect(next.requests).toEqual(['retire']), longWait);
  expect(world.places.map(({ worker }) => worker.requests)).toEqual([[], []]);
  expect(world.forked).toHaveLength(1);
});

test('a drain of the command ends the restart, and the new worker retires', async () => {
  const world = new World();
  world.rolling.ask();
  const next = await world.nth(1);
  next.start();
  world.mayGoOn = false;
  await vi.waitFor(() => expect(next.requests).toEqual(['retire']), longWait);
  expect(world.places.map(({ worker }) => worker.requests)).toEqual([[], []]);
});

test('while no worker has a configuration, a new worker replaces the old one once it listens', async () => {
  const world = new World();
  for (const { worker } of world.places) worker.state = 'starting';
  const [first] = world.places.map(({ worker }) => worker);
  world.rolling.ask();
  (await world.nth(1)).start();
  await vi.waitFor(() => expect(first?.requests).toEqual(['retire']), longWait);
});
