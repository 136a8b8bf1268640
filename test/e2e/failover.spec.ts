import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startEcho, type RunningEcho } from '../../apps/echo/start-echo.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { longWait } from '../support/long-wait.js';

let world: GatewayWorld;
let echoes: RunningEcho[];
let clients: WebSocket[];

beforeEach(async () => {
  clients = [];
  world = await GatewayWorld.start();
  const listen = { host: '127.0.0.1', port: 0 };
  echoes = await Promise.all([1, 2, 3].map(() => startEcho({ listen })));
});

afterEach(async () => {
  for (const client of clients) client.terminate();
  await world.expectNothingHeld();
  await world.close();
  await Promise.all(echoes.map((echo) => echo.close()));
});

/** Resolves to 101, or to the status of the refusal. */
function handshake(): Promise<number> {
  const client = new WebSocket(world.url, { perMessageDeflate: false });
  clients.push(client);
  return new Promise((resolve, reject) => {
    client.on('open', () => resolve(101));
    client.on('unexpected-response', (_request, { statusCode = 0 }) => resolve(statusCode));
    client.on('error', reject);
  });
}

async function handshakes(count: number): Promise<Set<number>> {
  return new Set(await Promise.all(Array.from({ length: count }, handshake)));
}

/** Stops the first upstream; its connections end. */
async function killOne(): Promise<void> {
  const [killed, ...others] = echoes;
  await killed?.close();
  echoes = others;
}

function upstreams(): { url: string }[] {
  return echoes.map(({ url }) => ({ url }));
}

test('when one of three upstreams is killed, no client sees a failed handshake', async () => {
  await world.route(await world.tenant(), { upstreams: upstreams() });
  expect(await handshakes(60)).toEqual(new Set([101]));
  await killOne();
  for (let burst = 0; burst < 5; burst += 1) expect(await handshakes(20)).toEqual(new Set([101]));
});

test('without retries, no client sees a failed handshake once probes have found the killed upstream', async () => {
  const route = await world.route(await world.tenant(), {
    upstreams: upstreams(),
    retries: { attempts: 0 },
    outlierEjection: null,
    healthCheck: { type: 'tcp', intervalMs: 1000, fall: 1 },
  });
  expect(await handshakes(30)).toEqual(new Set([101]));
  await killOne();
  await vi.waitFor(async () => {
    const { answers } = await world.fleet.ask(null, 'routeUpstreams', { routeId: route.id });
    expect(answers[0]?.answer.upstreams[0]?.state).toBe('unhealthy');
  }, longWait);
  for (let burst = 0; burst < 5; burst += 1) expect(await handshakes(20)).toEqual(new Set([101]));
});

test('while all upstreams are down, a handshake is answered with 502, and the first one after that is joined', async () => {
  const [only] = echoes;
  await world.route(await world.tenant(), { upstreams: upstreams(), healthCheck: { type: 'tcp' } });
  const port = Number(new URL(only?.url ?? '').port);
  await Promise.all(echoes.map((echo) => echo.close()));
  expect(await handshakes(20)).toEqual(new Set([502]));
  echoes = [await startEcho({ listen: { host: '127.0.0.1', port } })];
  await vi.waitFor(async () => expect(await handshake()).toBe(101), longWait);
});
