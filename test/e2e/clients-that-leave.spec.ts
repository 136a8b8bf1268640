import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LocalConnectionLimiter } from '#libs/limits';
import { CountingUpstream } from '../support/counting-upstream.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { longWait } from '../support/long-wait.js';
import { openSocket, upgradeRequest } from '../support/raw-request.js';

// So long that only the end of the client explains a released slot.
const timeouts = { connectMs: 600_000, handshakeMs: 600_000 };

/** A local limiter that answers only once the test allows it. */
class HesitantLimiter extends LocalConnectionLimiter {
  mayAnswer = Promise.resolve();
  asked = 0;

  override async acquire(...request: Parameters<LocalConnectionLimiter['acquire']>) {
    this.asked += 1;
    const result = await super.acquire(...request);
    await this.mayAnswer;
    return result;
  }
}

let limiter: HesitantLimiter;
let world: GatewayWorld;
let upstream: CountingUpstream;

beforeEach(async () => {
  limiter = new HesitantLimiter({ now: () => performance.now() });
  world = await GatewayWorld.start({}, undefined, limiter);
  upstream = await CountingUpstream.start();
});

afterEach(async () => {
  await world.expectNothingHeld();
  await world.close();
  await upstream.close();
});

async function ask(): Promise<Socket> {
  const client = await openSocket(world.port);
  client.write(upgradeRequest('/'));
  return client;
}

async function expectGivenBack(): Promise<void> {
  await vi.waitFor(() => expect(limiter.counts().connections).toBe(0), longWait);
  expect(await world.nextRecord()).toMatchObject({ outcome: 'refused', code: 'client_gone' });
}

test.each([
  ['during the handshake with the upstream', 'ws:'],
  ['while the gateway connects to its upstream', 'wss:'],
])('the slot of a client that resets %s is released at once', async (_when, scheme) => {
  // The upstream accepts connections and stays silent: it answers neither a request nor a TLS handshake.
  const url = upstream.url.replace('ws:', scheme);
  await world.route(await world.tenant(), { upstreams: [{ url }], timeouts });
  const client = await ask();
  await vi.waitFor(() => expect(upstream.received).not.toBe(''), longWait);
  expect(limiter.counts().connections).toBe(1);
  client.resetAndDestroy();
  await expectGivenBack();
  await vi.waitFor(() => expect(upstream.openSockets).toBe(0), longWait);
});

test('the slot of a client that resets while the slot is pending is released when it is granted, and nothing is dialed', async () => {
  await world.route(await world.tenant(), { upstreams: [{ url: upstream.url }], timeouts });
  let answer = (): void => undefined;
  limiter.mayAnswer = new Promise((resolve) => {
    answer = resolve;
  });
  const client = await ask();
  await vi.waitFor(() => expect(limiter.counts().connections).toBe(1), longWait);
  client.resetAndDestroy();
  await vi.waitFor(() => expect(world.gateway.held().sockets).toBe(0), longWait);
  answer();
  await expectGivenBack();
  expect(upstream.connections).toBe(0);
});
