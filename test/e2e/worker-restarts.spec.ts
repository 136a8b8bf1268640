import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { longWait } from '../support/long-wait.js';
import { openSocket, upgradeRequest } from '../support/raw-request.js';
import { endsOf, expectEcho, WorkersUnderTest } from '../support/workers-under-test.js';
import { startupWait } from '../support/workers-world.js';

// Each test starts several processes one after the other, which takes long on a busy machine.
const timeout = 120_000;
const draining = [1001, 'gateway draining'];

let under: WorkersUnderTest;

beforeAll(async () => {
  under = await WorkersUnderTest.create();
});

afterEach(() => under.endTest());

afterAll(() => under.close());

describe('a killed worker', { timeout }, () => {
  test('is replaced, its slots are released, and connections of the other worker stay open', async () => {
    const world = await under.start(2);
    const { opened } = await under.crowd(world, 20);
    await vi.waitFor(async () => expect((await world.readiness()).connections).toBe(20), startupWait);
    const [victim, other] = (await world.readiness()).workers;
    const lost: WebSocket[] = [];
    for (const client of opened) client.once('close', () => lost.push(client));
    process.kill(victim?.pid ?? 0, 'SIGKILL');
    await vi.waitFor(async () => {
      expect((await world.readiness()).workers[0]?.pid).not.toBe(victim?.pid);
      expect(lost).toHaveLength(victim?.connections ?? 0);
    }, startupWait);
    await under.untilServing(world, 2);
    for (const client of opened) if (!lost.includes(client)) await expectEcho(client);
    expect((await world.readiness()).workers[1]?.pid).toBe(other?.pid);
    expect((await under.crowd(world, 30)).opened).toHaveLength(lost.length);
    expect(world.program.output).toMatch(/"signal":"SIGKILL","msg":"a worker died"/);
    expect(await world.metric('sluice_worker_restarts_total{reason="died"}')).toBe(1);
  });
});

describe('SIGHUP', { timeout }, () => {
  test('replaces the workers one after the other, and refuses no new connection', async () => {
    // Without a snapshot file each new worker gets its configuration from Redis, and must not serve clients
    // before that.
    const world = await under.start(2, { SLUICE_DATA_DIR: '/dev/null/none' }, null);
    const before = await world.readiness();
    const { opened } = await under.crowd(world, 10);
    const ends = endsOf(opened);
    let isOver = false;
    let streamed = 0;
    const stream = async (): Promise<void> => {
      while (!isOver) {
        const client = await under.open(world);
        expect(client).toBeInstanceOf(WebSocket);
        if (client instanceof WebSocket) client.terminate();
        streamed += 1;
        // Without a pause, the streams leave the workers that start too little of the processors.
        await setTimeout(5);
      }
    };
    const streams = [stream(), stream(), stream()];
    void Promise.all(streams).catch(() => undefined);
    // These clients send their requests while the worker that accepted them is draining, before the timeout
    // of their heads.
    const early: Socket[] = [];
    world.program.signal('SIGHUP');
    await vi.waitFor(async () => {
      early.push(await openSocket(world.port));
      for (const late of early.splice(0, early.length - 6)) late.destroy();
      const states = (await world.readiness()).workers.map(({ state }) => state);
      expect(states).toContain('draining');
    }, startupWait);
    for (const socket of early) {
      socket.write(upgradeRequest(world.path));
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString('latin1')).toMatch(/^HTTP\/1.1 101 /);
      socket.destroy();
    }
    expect(await ends).toEqual(Array(10).fill(draining));
    await world.program.printed(/the workers have been replaced/);
    isOver = true;
    await Promise.all(streams);
    await under.untilServing(world, 2);
    const after = await world.readiness();
    for (const { pid } of before.workers)
      expect(after.workers.map((worker) => worker.pid)).not.toContain(pid);
    expect(await world.metric('sluice_worker_restarts_total{reason="restart"}')).toBe(2);
    expect(await world.metric('sluice_worker_restarts_total{reason="died"}')).toBe(0);
    // The metrics include the counts of the replaced workers.
    const joined = await world.metric('sluice_handshakes_total{outcome="joined"}');
    expect(joined).toBe(10 + early.length + streamed);
    // All processes write to one log, and lines do not interleave.
    for (const line of world.program.output.trim().split('\n'))
      expect(JSON.parse(line)).toHaveProperty('msg');
  });
});

describe('the end of a command', { timeout }, () => {
  test('SIGTERM closes every connection with 1001, and the command exits with 0', async () => {
    const world = await under.start(2);
    const { opened } = await under.crowd(world, 10);
    const ends = endsOf(opened);
    expect(await world.program.stop()).toMatchObject({ exitCode: 0 });
    expect(await ends).toEqual(Array(10).fill(draining));
  });

  test('the workers of a killed supervisor close their connections with 1001, and exit', async () => {
    const world = await under.start(2, { SLUICE_DRAIN_SECONDS: '2' });
    const { opened } = await under.crowd(world, 10);
    const ends = endsOf(opened);
    // The output ends when the last worker closes it.
    await world.program.kill();
    expect(await ends).toEqual(Array(10).fill(draining));
    await expect(under.open(world)).rejects.toThrow('ECONNREFUSED');
  });

  test('all workers drain when an operator drains one of them', async () => {
    const world = await under.start(2);
    const { opened } = await under.crowd(world, 10);
    const ends = endsOf(opened);
    const [worker] = (await world.readiness()).workers;
    await world.fleet.write('POST', `/gateways/${worker?.gatewayId ?? ''}/drain`, { periodSeconds: 1 });
    expect(await ends).toEqual(Array(10).fill(draining));
    expect(await world.readiness()).toMatchObject({ status: 'draining', httpStatus: 503 });
    expect((await under.crowd(world, 4)).refused).toEqual(Array(4).fill(503));
    await world.fleet.write('DELETE', `/gateways/${worker?.gatewayId ?? ''}/drain`);
    await vi.waitFor(
      async () => expect(await world.readiness()).toMatchObject({ httpStatus: 200 }),
      longWait,
    );
    expect((await under.crowd(world, 4)).refused).toEqual([]);
  });
});
