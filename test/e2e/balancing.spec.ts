import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { startEcho, type RunningEcho } from '../../apps/echo/start-echo.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { upstreamsOf } from '../support/upstreams-of.js';

let world: GatewayWorld;
let upstreams: RunningEcho[];

beforeEach(async () => {
  world = await GatewayWorld.start();
  const starting = Array.from({ length: 3 }, () => startEcho({ listen: { host: '127.0.0.1', port: 0 } }));
  upstreams = await Promise.all(starting);
});

afterEach(async () => {
  for (const { tunnel } of world.gateway.connections.all()) tunnel.close(1000, 'the test is over');
  await world.expectNothingHeld();
  await world.close();
  await Promise.all(upstreams.map((upstream) => upstream.close()));
});

test('leastConnections evens out live connections, also when all handshakes come at once', async () => {
  const [first] = listed();
  const route = await world.route(await world.tenant(), {
    upstreams: [first],
    balancing: 'leastConnections',
  });
  await open(10);
  expect(connections()).toEqual([10, 0, 0]);
  await world.publish({
    kind: 'route',
    id: route.id,
    value: { ...route, upstreams: upstreamsOf(...listed()) },
  });
  await open(20);
  expect(connections()).toEqual([10, 10, 10]);
});

test('powerOfTwo leaves no upstream without connections', async () => {
  await world.route(await world.tenant(), { upstreams: listed(), balancing: 'powerOfTwo' });
  await open(60);
  expect(Math.min(...connections())).toBeGreaterThan(10);
});

test('consistentHash sends equal requests to one upstream, and falls back to the client without the header', async () => {
  const hashKey = { from: 'header', name: 'X-Room' };
  await world.route(await world.tenant(), { upstreams: listed(), balancing: 'consistentHash', hashKey });
  await open(6, { headers: { 'X-Room': 'kitchen' } });
  expect(connections().toSorted()).toEqual([0, 0, 6]);
  await open(6);
  expect(connections().reduce((sum, count) => sum + count)).toBe(12);
  expect(connections().every((count) => count % 6 === 0)).toBe(true);
  const rooms = Array.from({ length: 90 }, (_, index) => ({ headers: { 'X-Room': `room ${index}` } }));
  await Promise.all(rooms.map((options) => open(1, options)));
  expect(Math.min(...connections())).toBeGreaterThan(3);
});

function listed(): { url: string }[] {
  return upstreams.map(({ url }) => ({ url }));
}

async function open(count: number, options: ClientOptions = {}): Promise<void> {
  const clients = Array.from({ length: count }, () => new WebSocket(world.url, options));
  await Promise.all(clients.map((client) => once(client, 'open')));
}

/** Live connections of each upstream. */
function connections(): number[] {
  const urls = [...world.gateway.connections.all()].map(({ upstreamUrl }) => upstreamUrl);
  return upstreams.map(({ url }) => urls.filter((one) => one === url).length);
}
