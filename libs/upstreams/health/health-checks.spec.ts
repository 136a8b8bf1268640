import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { healthCheckSchema, newId, upstreamTlsSchema } from '#libs/contract';
import { lookupInSystem } from '../../../test/support/lookup-in-system.js';
import { openSocketsOf } from '../../../test/support/open-sockets.js';
import { longWait } from '../../../test/support/long-wait.js';
import { createAddressPolicy } from '../addresses/address-policy.js';
import { parseUpstreamEndpoint } from '../upstream-endpoint.js';
import { HealthChecks, type ProbedHealth, type WatchOptions } from './health-checks.js';

const policy = createAddressPolicy([{ address: '127.0.0.0', prefixLength: 8, family: 'ipv4' }]);
const tenantId = newId('tenant');
const suspendedId = newId('tenant');

let server: Server;
let sockets: ReadonlySet<Socket>;
let connections: number;
let url: string;
let probes: boolean[];
let checks: HealthChecks;

beforeEach(async () => {
  connections = 0;
  probes = [];
  server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined).resume();
  });
  sockets = openSocketsOf(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  checks = new HealthChecks({
    policy,
    lookupFor: () => lookupInSystem,
    isActive: (id) => id !== suspendedId,
    onProbe: (_type, isGood) => probes.push(isGood),
    // The first probe at once, and the shortest intervals.
    random: () => 0,
  });
});

afterEach(async () => {
  checks.stop();
  await stopServer();
});

async function stopServer(): Promise<void> {
  if (!server.listening) return;
  server.close();
  for (const socket of sockets) socket.destroy();
  await once(server, 'close');
}

function watching(check: object = {}, others: Partial<WatchOptions> = {}): WatchOptions {
  return {
    endpoint: parseUpstreamEndpoint(url),
    tls: upstreamTlsSchema.parse({}),
    check: { ...healthCheckSchema.parse({ type: 'tcp', timeoutMs: 1000, ...check }), intervalMs: 20 },
    tenantId,
    onChange: () => undefined,
    ...others,
  };
}

test('an upstream is unknown until it is probed, healthy while it answers, and unhealthy after `fall` failures', async () => {
  const changes: ProbedHealth[] = [];
  const watched = checks.watch(watching({ fall: 3 }, { onChange: (health) => changes.push(health) }));
  expect(watched.health).toMatchObject({ state: 'unknown', lastProbe: null });
  await vi.waitFor(() => expect(watched.health.state).toBe('healthy'), longWait);
  await stopServer();
  await vi.waitFor(() => expect(watched.health.state).toBe('unhealthy'), longWait);
  expect(changes.map(({ state }) => state)).toEqual(['healthy', 'unhealthy']);
  expect(changes[1]?.lastProbe).toMatchObject({ isGood: false, detail: 'the connection was refused' });
  const failures = probes.filter((isGood) => !isGood).length;
  expect(failures).toBeGreaterThanOrEqual(3);
});

describe('watchers of the same URL, options and check', () => {
  test('share one series of probes, and each is notified', async () => {
    const notified: string[] = [];
    const watched = [1, 2, 3].map((index) =>
      checks.watch(
        watching(
          {},
          { tenantId: newId('tenant'), onChange: ({ state }) => notified.push(`${index} ${state}`) },
        ),
      ),
    );
    await vi.waitFor(() => expect(notified).toHaveLength(3), longWait);
    expect(notified.toSorted()).toEqual(['1 healthy', '2 healthy', '3 healthy']);
    expect(checks.size).toBe(1);
    expect(connections).toBe(probes.length);
    watched[0]?.release();
    watched[0]?.release();
    expect(checks.size).toBe(1);
    for (const { release } of watched) release();
    expect(checks.size).toBe(0);
  });

  test('do not share probes with watchers of other URLs, options or checks', () => {
    const watched = [
      watching(),
      watching({ fall: 1 }),
      watching({ type: 'http' }),
      watching({}, { endpoint: parseUpstreamEndpoint(`${url}/other`) }),
      watching({}, { endpoint: parseUpstreamEndpoint('wss://127.0.0.1:9') }),
      watching(
        {},
        {
          endpoint: parseUpstreamEndpoint('wss://127.0.0.1:9'),
          tls: upstreamTlsSchema.parse({ verify: false }),
        },
      ),
      // TLS has no effect here, so this one is the same as the first.
      watching({}, { tls: upstreamTlsSchema.parse({ verify: false }) }),
    ].map((options) => checks.watch(options));
    expect(checks.size).toBe(6);
    for (const { release } of watched) release();
  });
});

test('a released upstream is no longer probed, and its running probe is stopped', async () => {
  const watched = checks.watch(watching({ type: 'http', timeoutMs: 10_000 }));
  await vi.waitFor(() => expect(sockets.size).toBe(1), longWait);
  watched.release();
  await vi.waitFor(() => expect(sockets.size).toBe(0), longWait);
  expect(probes).toEqual([]);
});

test('at most 16 probes of one tenant run at once, and probes of another tenant do not wait for them', async () => {
  const slow = { type: 'http', timeoutMs: 10_000 };
  for (let index = 0; index < 40; index += 1) checks.watch(watching({ ...slow, path: `/${index}` }));
  await vi.waitFor(() => expect(sockets.size).toBe(16), longWait);
  const other = checks.watch(watching({}, { tenantId: newId('tenant') }));
  await vi.waitFor(() => expect(other.health.state).toBe('healthy'), longWait);
  expect(sockets.size).toBeLessThanOrEqual(17);
});

test('upstreams of a suspended tenant are not probed, but shared ones are probed for other tenants', async () => {
  const check = { type: 'http' };
  checks.watch(watching(check, { tenantId: suspendedId }));
  const shared = checks.watch(watching({}, { tenantId: suspendedId }));
  checks.watch(watching({}));
  await vi.waitFor(() => expect(shared.health.state).toBe('healthy'), longWait);
  expect(checks.size).toBe(2);
  expect(connections).toBe(probes.length);
  expect(probes).not.toContain(false);
});
