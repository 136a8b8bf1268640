import { once } from 'node:events';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { FleetWorld } from '../support/fleet-world.js';
import { adminToken } from '../support/sluice-settings.js';
import { openSocket, upgradeRequest } from '../support/raw-request.js';
import { CertificateFolder } from '../support/tls-certificates.js';
import { startsPatiently, WorkersWorld } from '../support/workers-world.js';

// Each test starts several processes one after the other, which takes long on a busy machine.
const timeout = 120_000;
const draining = [1001, 'gateway draining'];

// The number of configuration changes of each fleet. Most tests use the first fleet.
const fleets = new Map<FleetWorld, number>();
let common: FleetWorld;
const worlds: WorkersWorld[] = [];
let clients: WebSocket[] = [];

beforeAll(async () => {
  common = await startFleet();
});

afterEach(async () => {
  for (const client of clients) client.terminate();
  clients = [];
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

afterAll(async () => {
  await Promise.all([...fleets.keys()].map((fleet) => fleet.close()));
});

/** Starts a fleet whose parts the test may stop. */
async function startFleet(): Promise<FleetWorld> {
  const fleet = await FleetWorld.start(0);
  fleets.set(fleet, 0);
  return fleet;
}

async function start(
  workers: number,
  environment: Record<string, string> = {},
  maxConnections: number | null = 20,
  fleet = common,
): Promise<WorkersWorld> {
  const world = await WorkersWorld.start(fleet, workers, environment);
  worlds.push(world);
  await world.writeRoute(maxConnections);
  fleets.set(fleet, revisionOf(world) + 2);
  await untilServing(world, workers);
  return world;
}

/** Waits until there are this many workers, and each has applied the published configuration. */
function untilServing(world: WorkersWorld, workers: number): Promise<void> {
  return world.untilServing(workers, revisionOf(world));
}

function revisionOf({ fleet }: WorkersWorld): number {
  return fleets.get(fleet) ?? 0;
}

/** An admitted client, or the status of its refusal; rejects if there is no answer. */
async function open(world: WorkersWorld, path = world.path): Promise<WebSocket | number> {
  const client = new WebSocket(`${world.url}${path}`);
  clients.push(client);
  return new Promise((resolve, reject) => {
    client.once('open', () => resolve(client));
    client.once('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      response.resume();
    });
    client.on('error', reject);
  });
}

async function crowd(
  world: WorkersWorld,
  count: number,
  path = world.path,
): Promise<{ opened: WebSocket[]; refused: number[] }> {
  const results = await Promise.all(Array.from({ length: count }, () => open(world, path)));
  return {
    opened: results.flatMap((result) => (result instanceof WebSocket ? [result] : [])),
    refused: results.flatMap((result) => (result instanceof WebSocket ? [] : [result])),
  };
}

async function expectEcho(client: WebSocket): Promise<void> {
  client.send('still here');
  expect(await once(client, 'message')).toEqual([Buffer.from('still here'), false]);
}

/** The code and reason with which each client is closed. */
function endsOf(opened: readonly WebSocket[]): Promise<unknown[][]> {
  return Promise.all(
    opened.map(async (client) => {
      const [code, reason] = (await once(client, 'close')) as [number, Buffer];
      return [code, reason.toString()];
    }),
  );
}

describe('limits over four workers', { timeout }, () => {
  test('admit exactly as many connections as the tenant may have, with and without Redis', async () => {
    const world = await start(4, {}, 20, await startFleet());
    const { opened, refused } = await crowd(world, 80);
    expect(opened).toHaveLength(20);
    expect(refused).toEqual(Array(60).fill(429));
    const leavers = opened.splice(0, 10);
    const left = endsOf(leavers);
    for (const client of leavers) client.close();
    await left;
    await world.fleet.redis.kill();
    await vi.waitFor(
      async () => expect((await world.readiness()).limits.scope).toBe('gateway'),
      startsPatiently,
    );
    const without = await crowd(world, 80);
    expect(without.opened).toHaveLength(10);
    for (const client of opened) await expectEcho(client);
  });
});

describe('a killed worker', { timeout }, () => {
  test('is replaced, its slots are released, and connections of the other worker stay open', async () => {
    const world = await start(2);
    const { opened } = await crowd(world, 20);
    await vi.waitFor(async () => expect((await world.readiness()).connections).toBe(20), startsPatiently);
    const [victim, other] = (await world.readiness()).workers;
    const lost: WebSocket[] = [];
    for (const client of opened) client.once('close', () => lost.push(client));
    process.kill(victim?.pid ?? 0, 'SIGKILL');
    await vi.waitFor(async () => {
      expect((await world.readiness()).workers[0]?.pid).not.toBe(victim?.pid);
      expect(lost).toHaveLength(victim?.connections ?? 0);
    }, startsPatiently);
    await untilServing(world, 2);
    for (const client of opened) if (!lost.includes(client)) await expectEcho(client);
    expect((await world.readiness()).workers[1]?.pid).toBe(other?.pid);
    expect((await crowd(world, 30)).opened).toHaveLength(lost.length);
    expect(world.program.output).toMatch(/"signal":"SIGKILL","msg":"a worker died"/);
    expect(await world.metric('sluice_worker_restarts_total{reason="died"}')).toBe(1);
  });
});

describe('SIGHUP', { timeout }, () => {
  test('replaces the workers one after the other, and refuses no new connection', async () => {
    // Without a snapshot file each new worker gets its configuration from Redis, and must not serve clients
    // before that.
    const world = await start(2, { SLUICE_DATA_DIR: '/dev/null/none' }, null);
    const before = await world.readiness();
    const { opened } = await crowd(world, 10);
    const ends = endsOf(opened);
    let isOver = false;
    let streamed = 0;
    const stream = async (): Promise<void> => {
      while (!isOver) {
        const client = await open(world);
        expect(client).toBeInstanceOf(WebSocket);
        if (client instanceof WebSocket) client.terminate();
        streamed += 1;
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
    }, startsPatiently);
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
    await untilServing(world, 2);
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
    const world = await start(2);
    const { opened } = await crowd(world, 10);
    const ends = endsOf(opened);
    expect(await world.program.stop()).toMatchObject({ exitCode: 0 });
    expect(await ends).toEqual(Array(10).fill(draining));
  });

  test('the workers of a killed supervisor close their connections with 1001, and exit', async () => {
    const world = await start(2, { SLUICE_DRAIN_SECONDS: '2' });
    const { opened } = await crowd(world, 10);
    const ends = endsOf(opened);
    // The output ends when the last worker closes it.
    await world.program.kill();
    expect(await ends).toEqual(Array(10).fill(draining));
    await expect(open(world)).rejects.toThrow('ECONNREFUSED');
  });

  test('all workers drain when an operator drains one of them', async () => {
    const world = await start(2);
    const { opened } = await crowd(world, 10);
    const ends = endsOf(opened);
    const [worker] = (await world.readiness()).workers;
    await world.fleet.write('POST', `/gateways/${worker?.gatewayId ?? ''}/drain`, { periodSeconds: 1 });
    expect(await ends).toEqual(Array(10).fill(draining));
    expect(await world.readiness()).toMatchObject({ status: 'draining', httpStatus: 503 });
    expect((await crowd(world, 4)).refused).toEqual(Array(4).fill(503));
  });
});

describe('the workers of a command', { timeout }, () => {
  test('are gateways of the fleet with one supervisor, and their metrics are one page', async () => {
    const world = await start(2);
    await crowd(world, 6);
    await vi.waitFor(async () => expect((await world.readiness()).connections).toBe(6), startsPatiently);
    const headers = { authorization: `Bearer ${adminToken}` };
    const response = await fetch(`${world.fleet.apiUrl}/v1/gateways`, { headers });
    const { items } = (await response.json()) as { items: { id: string; supervisorId: string }[] };
    const { workers, supervisor } = await world.readiness();
    const members = items.filter(({ supervisorId }) => supervisorId === supervisor.id);
    expect(members.map(({ id }) => id).sort()).toEqual(workers.map(({ gatewayId }) => gatewayId).sort());
    const metrics = {
      sluice_connections: 6,
      'sluice_handshakes_total{outcome="joined"}': 6,
      sluice_handshake_duration_seconds_count: 6,
      sluice_config_revision: revisionOf(world),
      'sluice_config_state{state="following"}': 2,
      sluice_draining: 0,
      sluice_limits_fleet_wide: 1,
      'sluice_workers{state="ready"}': 2,
      'sluice_workers{state="down"}': 0,
    };
    for (const [name, value] of Object.entries(metrics))
      expect([name, await world.metric(name)]).toEqual([name, value]);
    expect(await world.metric('process_start_time_seconds')).toBeGreaterThan(1e9);
  });

  test('that hang are replaced, and the other workers keep serving', async () => {
    const world = await start(2);
    const [hanging] = (await world.readiness()).workers;
    process.kill(hanging?.pid ?? 0, 'SIGSTOP');
    await vi.waitFor(async () => {
      const { status, workers } = await world.readiness();
      expect([status, ...workers.map(({ state }) => state)]).toEqual(['ready', 'unresponsive', 'ready']);
    }, startsPatiently);
    expect(await world.metric('sluice_workers{state="unresponsive"}')).toBe(1);
    process.kill(hanging?.pid ?? 0, 'SIGCONT');
    await untilServing(world, 2);
    for (const client of (await crowd(world, 4)).opened) await expectEcho(client);
  });

  test('accept TLS and PROXY headers like a single gateway', async () => {
    const certificates = await CertificateFolder.make();
    const world = await start(2, {
      SLUICE_PROXY_PROTOCOL: 'on',
      SLUICE_TRUSTED_PROXIES: '127.0.0.1',
      SLUICE_GATEWAY_LISTEN: 'none',
      SLUICE_GATEWAY_TLS_LISTEN: '127.0.0.1:0,127.0.0.1:0',
      SLUICE_TLS_CERTIFICATES: certificates.path,
    });
    const ports = world.urls.map((url) => Number(new URL(url).port));
    expect(new Set(ports).size).toBe(2);
    // The system distributes connections randomly.
    for (const port of Array.from({ length: 8 }, () => ports).flat()) {
      const socket = await openSocket(port);
      socket.write('PROXY TCP4 192.0.2.7 10.0.0.1 12345 8080\r\n');
      const secured = connectTls({ socket, rejectUnauthorized: false });
      secured.on('error', () => undefined);
      secured.write(upgradeRequest(world.path));
      const [answer] = (await once(secured, 'data')) as [Buffer];
      expect(answer.toString('latin1')).toMatch(/^HTTP\/1.1 101 /);
    }
    const headers = { authorization: `Bearer ${adminToken}` };
    const response = await fetch(`${world.fleet.apiUrl}/v1/connections?tenant=${world.tenant}`, { headers });
    const { items } = (await response.json()) as { items: { clientAddress: string; gatewayId: string }[] };
    expect(items.map(({ clientAddress }) => clientAddress)).toEqual(Array(16).fill('192.0.2.7'));
    expect(new Set(items.map(({ gatewayId }) => gatewayId)).size).toBe(2);
    await certificates.remove();
  });

  test('start from one snapshot file while API and Redis are down', async () => {
    const fleet = await startFleet();
    const environment = { SLUICE_DATA_DIR: join(fleet.folder, 'gateway') };
    const world = await start(2, environment, 20, fleet);
    await world.program.stop();
    await world.fleet.stopApi();
    await world.fleet.redis.kill();
    const again = await WorkersWorld.start(fleet, 2, environment);
    worlds.push(again);
    await untilServing(again, 2);
    const { opened } = await crowd(again, 30, world.path);
    expect(opened).toHaveLength(20);
    for (const client of opened) await expectEcho(client);
  });
});

test('a port in use stops a command with several workers with one line', { timeout }, async () => {
  const world = await start(2);
  const program = WorkersWorld.command(world.fleet, {
    SLUICE_GATEWAY_WORKERS: '2',
    SLUICE_GATEWAY_LISTEN: `127.0.0.1:${world.port}`,
    SLUICE_LOG_LEVEL: 'silent',
  });
  const { exitCode, output } = await program.exited();
  expect(exitCode).toBe(1);
  expect(output).toMatch(new RegExp(`^SLUICE_GATEWAY_LISTEN: .*:${world.port} is taken, .*\n$`));
});
