import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startEcho, type RunningEcho } from '../../apps/echo/start-echo.js';
import { GatewayWorld } from '../support/gateway-world.js';

let echo: RunningEcho;
beforeEach(async () => {
  echo = await startEcho({ listen: { host: '127.0.0.1', port: 0 } });
});
afterEach(() => echo.close());

test.each([
  ['auto', { name: 'native', reason: null }],
  ['native', { name: 'native', reason: null }],
  ['typescript', { name: 'typescript', reason: 'SLUICE_ENGINE is typescript' }],
])('a gateway with SLUICE_ENGINE=%s relays, and /readyz reports its engine', async (choice, engine) => {
  const world = await GatewayWorld.start({ SLUICE_ENGINE: choice });
  const readiness = await fetch(`${world.gateway.adminUrl}/readyz`);
  expect(await readiness.json()).toMatchObject({ status: 'ready', engine });
  await world.route(await world.tenant(), { upstreams: [{ url: echo.url }] });
  const client = new WebSocket(world.url);
  await once(client, 'open');
  client.send('hello');
  expect(await once(client, 'message')).toEqual([Buffer.from('hello'), false]);
  client.close(4001);
  await once(client, 'close');
  expect(await world.nextRecord()).toMatchObject({ closeCode: 4001, fromUpstream: { messages: 1 } });
  await world.expectNothingHeld();
  await world.close();
});
