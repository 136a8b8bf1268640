import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { copyDistWithoutEngine, type DistWithoutEngine } from '../support/dist-without-engine.js';
import { FleetWorld } from '../support/fleet-world.js';
import { openSocket, upgradeRequest } from '../support/raw-request.js';
import type { Launch } from '../support/sluice-process.js';
import { startupWait, WorkersWorld } from '../support/workers-world.js';

const timeout = 120_000;
const isPortShared = process.platform === 'linux';
const sockets: Socket[] = [];

let fleet: FleetWorld;
let revision = 0;
let world: WorkersWorld;
beforeAll(async () => {
  fleet = await FleetWorld.start(0);
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(() => fleet.close());

/** Two workers that serve on an IPv4 and an IPv6 address. */
async function start(environment: Record<string, string>, launch?: Launch): Promise<void> {
  const listen = { SLUICE_GATEWAY_LISTEN: '127.0.0.1:0,[::1]:0' };
  world = await WorkersWorld.start(fleet, 2, { ...listen, ...environment }, launch);
  await world.writeRoute(null);
  revision += 2;
  await world.untilServing(2, revision);
}

/** Sends a handshake; resolves with the status line of the answer. */
async function ask(url = world.url): Promise<{ socket: Socket; answer: Promise<string> }> {
  const { hostname, port } = new URL(url);
  const socket = await openSocket(Number(port), hostname.replace(/^\[(.*)\]$/, '$1'));
  sockets.push(socket);
  socket.write(upgradeRequest(world.path));
  const answer = Promise.race([
    once(socket, 'data').then(([bytes]) => String(bytes).split('\r\n', 1).join('')),
    once(socket, 'close').then(() => 'no answer'),
  ]);
  return { socket, answer };
}

async function askMany(count: number): Promise<Promise<string>[]> {
  const asked = await Promise.all(Array.from({ length: count }, () => ask()));
  return asked.map(({ answer }) => answer);
}

/**
 * Replaces both workers while clients connect one after the other; resolves with the status line of each
 * answer.
 */
async function restartUnderLoad(clients: number): Promise<Set<string>> {
  const answers = new Set<string>();
  let isOver = false;
  const streams = Array.from({ length: clients }, async () => {
    while (!isOver) {
      const { socket, answer } = await ask();
      answers.add(await answer);
      socket.destroy();
    }
  });
  world.program.signal('SIGHUP');
  await world.program.printed(/the workers have been replaced/);
  isOver = true;
  await Promise.all(streams);
  return answers;
}

const joined = 'HTTP/1.1 101 Switching Protocols';

describe.each(['native', 'typescript'])('workers with the %s engine', { timeout }, (engine) => {
  beforeAll(() => start({ SLUICE_ENGINE: engine }), timeout);
  afterAll(() => world.close());

  test('all serve clients on every IPv4 and IPv6 address', async () => {
    expect(new Set(world.urls.map((url) => new URL(url).hostname))).toEqual(new Set(['127.0.0.1', '[::1]']));
    for (const url of world.urls) {
      for (let count = 0; count < 12; count += 1) expect(await (await ask(url)).answer).toBe(joined);
    }
    await vi.waitFor(async () => {
      const { workers, connections } = await world.readiness();
      expect(connections).toBe(24);
      expect(workers.map((worker) => worker.engine)).toEqual([engine, engine]);
      for (const worker of workers) expect(worker.connections).toBeGreaterThan(0);
    }, startupWait);
  });

  test('are replaced under load, and every client gets a connection', async () => {
    expect(await restartUnderLoad(8)).toEqual(new Set([joined]));
    expect(await world.metric('sluice_worker_restarts_total{reason="restart"}')).toBe(2);
  });

  test.runIf(isPortShared)('serve the clients in the queue of a killed worker', async () => {
    const pid = (await world.readiness()).workers[0]?.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    const answers = await askMany(24);
    process.kill(pid, 'SIGKILL');
    expect(new Set(await Promise.all(answers))).toEqual(new Set([joined]));
    await vi.waitFor(async () => {
      const [next] = (await world.readiness()).workers;
      expect(next?.pid).not.toBe(pid);
      expect(next?.connections).toBeGreaterThan(0);
    }, startupWait);
    await world.untilServing(2, revision);
  });

  test.runIf(isPortShared)('serve the clients of a worker that dies again before it listens', async () => {
    const [first] = (await world.readiness()).workers;
    const second = await killAndAwaitNext(first?.pid ?? 0);
    const third = await killAndAwaitNext(second);
    process.kill(third, 'SIGSTOP');
    const answers = await askMany(24);
    expect(new Set(await Promise.all(answers))).toEqual(new Set([joined]));
    process.kill(third, 'SIGCONT');
    await world.untilServing(2, revision);
  });
});

/** Kills the first worker; resolves with the id of its replacement process. */
async function killAndAwaitNext(pid: number): Promise<number> {
  process.kill(pid, 'SIGKILL');
  return vi.waitFor(async () => {
    const next = (await world.readiness()).workers[0]?.pid ?? pid;
    expect(next).not.toBe(pid);
    return next;
  }, startupWait);
}

describe('workers on a system without the native engine', { timeout }, () => {
  let dist: DistWithoutEngine;
  beforeAll(async () => {
    dist = await copyDistWithoutEngine();
    await start({}, { main: dist.gateway });
  }, timeout);
  afterAll(async () => {
    await world.close();
    await dist.remove();
  });

  test('get their clients from the supervisor, and are also replaced under load', async () => {
    expect(world.program.output).toContain('the supervisor accepts for the workers');
    expect((await world.readiness()).workers.map(({ engine }) => engine)).toEqual([
      'typescript',
      'typescript',
    ]);
    for (const url of world.urls) expect(await (await ask(url)).answer).toBe(joined);
    expect(await restartUnderLoad(8)).toEqual(new Set([joined]));
  });
});
