import { once } from 'node:events';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { adminToken } from '../support/sluice-settings.js';
import { openSocket, upgradeRequest } from '../support/raw-request.js';
import { CertificateFolder } from '../support/tls-certificates.js';
import { endsOf, expectEcho, WorkersUnderTest } from '../support/workers-under-test.js';
import { startupWait, WorkersWorld } from '../support/workers-world.js';

// Each test starts several processes one after the other, which takes long on a busy machine.
const timeout = 120_000;

let under: WorkersUnderTest;

beforeAll(async () => {
  under = await WorkersUnderTest.create();
});

afterEach(() => under.endTest());

afterAll(() => under.close());

describe('limits over four workers', { timeout }, () => {
  test('admit exactly as many connections as the tenant may have, with and without Redis', async () => {
    const world = await under.start(4, {}, 20, await under.startFleet());
    const { opened, refused } = await under.crowd(world, 80);
    expect(opened).toHaveLength(20);
    expect(refused).toEqual(Array(60).fill(429));
    const leavers = opened.splice(0, 10);
    const left = endsOf(leavers);
    for (const client of leavers) client.close();
    await left;
    await world.fleet.redis.kill();
    await vi.waitFor(async () => expect((await world.readiness()).limits.scope).toBe('gateway'), startupWait);
    const without = await under.crowd(world, 80);
    expect(without.opened).toHaveLength(10);
    for (const client of opened) await expectEcho(client);
  });
});

describe('the workers of a command', { timeout }, () => {
  test('are gateways of the fleet with one supervisor, and their metrics are one page', async () => {
    const world = await under.start(2);
    await under.crowd(world, 6);
    await vi.waitFor(async () => expect((await world.readiness()).connections).toBe(6), startupWait);
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
      sluice_config_revision: under.revisionOf(world),
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
    const world = await under.start(2);
    const [hanging] = (await world.readiness()).workers;
    process.kill(hanging?.pid ?? 0, 'SIGSTOP');
    await vi.waitFor(async () => {
      const { status, workers } = await world.readiness();
      expect([status, ...workers.map(({ state }) => state)]).toEqual(['ready', 'unresponsive', 'ready']);
    }, startupWait);
    expect(await world.metric('sluice_workers{state="unresponsive"}')).toBe(1);
    process.kill(hanging?.pid ?? 0, 'SIGCONT');
    await under.untilServing(world, 2);
    for (const client of (await under.crowd(world, 4)).opened) await expectEcho(client);
  });

  test('accept TLS and PROXY headers like a single gateway', async () => {
    const certificates = await CertificateFolder.make();
    const world = await under.start(2, {
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
    const fleet = await under.startFleet();
    const environment = { SLUICE_DATA_DIR: join(fleet.folder, 'gateway') };
    const world = await under.start(2, environment, 20, fleet);
    await world.program.stop();
    await world.fleet.stopApi();
    await world.fleet.redis.kill();
    const again = await WorkersWorld.start(fleet, 2, environment);
    under.add(again);
    await under.untilServing(again, 2);
    const { opened } = await under.crowd(again, 30, world.path);
    expect(opened).toHaveLength(20);
    for (const client of opened) await expectEcho(client);
  });
});

test('a port in use stops a command with several workers with one line', { timeout }, async () => {
  const world = await under.start(2);
  const program = WorkersWorld.command(world.fleet, {
    SLUICE_GATEWAY_WORKERS: '2',
    SLUICE_GATEWAY_LISTEN: `127.0.0.1:${world.port}`,
    SLUICE_LOG_LEVEL: 'silent',
  });
  const { exitCode, output } = await program.exited();
  expect(exitCode).toBe(1);
  expect(output).toMatch(new RegExp(`^SLUICE_GATEWAY_LISTEN: .*:${world.port} is taken, .*\n$`));
});
