import { once } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { routeUpstreamsSchema, type RouteUpstreams } from '../../apps/api/upstreams/upstream-answers.js';
import { startEcho, type RunningEcho } from '../../apps/echo/start-echo.js';
import type { RunningGateway } from '../../apps/gateway/start-gateway.js';
import { FleetWorld } from '../support/fleet-world.js';
import { longWait } from '../support/long-wait.js';
import { NameServer } from '../support/name-server.js';

let fleet: FleetWorld;
let other: RunningEcho;
let names: NameServer[];
let clients: WebSocket[];

beforeEach(async () => {
  clients = [];
  other = await startEcho({ listen: { host: '127.0.0.1', port: 0 } });
  names = await Promise.all([
    NameServer.start({ 'upstream.test': { ipv4: ['127.0.0.1'] } }),
    // Nothing listens there: this gateway is cut off from the upstream.
    NameServer.start({ 'upstream.test': { ipv4: ['127.0.0.2'] } }),
  ]);
  fleet = await FleetWorld.start(0);
  for (const [index, { address }] of names.entries()) {
    await fleet.startGateway(index, { SLUICE_DNS_SERVERS: address });
  }
  await fleet.write('POST', '/tenants', { slug: 'acme' });
});

afterEach(async () => {
  for (const client of clients) client.terminate();
  await fleet.close();
  await other.close();
  await Promise.all(names.map((server) => server.stop()));
});

async function shownUpstreams(routeId: string): Promise<RouteUpstreams['upstreams']> {
  const answer = await fleet.write('GET', `/tenants/acme/routes/${routeId}/upstreams`);
  return routeUpstreamsSchema.parse(answer).upstreams;
}

async function openOn({ urls }: RunningGateway, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const client = new WebSocket(`${urls[0] ?? ''}/chat`);
    clients.push(client);
    await once(client, 'open');
  }
}

test('gateways that disagree on the health of an upstream each balance by what they observe, and both are shown', async () => {
  const url = `ws://upstream.test:${new URL(fleet.echo.url).port}`;
  const { id: routeId } = await fleet.writeRoute('/chat', {
    auth: { mode: 'none' },
    upstreams: [{ url }, { url: other.url }],
    healthCheck: { type: 'tcp', intervalMs: 1000, fall: 1, rise: 1 },
    // Only what probes find is to count.
    outlierEjection: null,
  });
  await vi.waitFor(async () => {
    const [first, second] = await shownUpstreams(routeId);
    expect(first?.health.map(({ state }) => state).sort()).toEqual(['healthy', 'unhealthy']);
    expect(second?.health.map(({ state }) => state)).toEqual(['healthy', 'healthy']);
  }, longWait);

  const [whole, cutOff] = fleet.gateways;
  if (!whole || !cutOff) throw new Error('a gateway is missing');
  await openOn(whole, 6);
  await openOn(cutOff, 6);
  const [first, second] = await shownUpstreams(routeId);
  expect(first?.health.map(({ state, connections }) => `${state} ${connections}`).sort()).toEqual([
    'healthy 3',
    'unhealthy 0',
  ]);
  expect(first?.health.find(({ state }) => state === 'unhealthy')?.why).toBe('the connection was refused');
  expect(second?.health.map(({ connections }) => connections).sort()).toEqual([3, 6]);
});
