import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PublishedTenant } from '#libs/contract';
import { CountingUpstream } from '../support/counting-upstream.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { openSocket, rawRequest, upgradeRequest } from '../support/raw-request.js';

const [perRoute, perTenant] = [3, 5];

let world: GatewayWorld;
let silent: CountingUpstream;
let tenant: PublishedTenant;
let waiting: Socket[];

beforeEach(async () => {
  waiting = [];
  world = await GatewayWorld.start({
    SLUICE_MAX_WAITING_DIALS_PER_ROUTE: String(perRoute),
    SLUICE_MAX_WAITING_DIALS_PER_TENANT: String(perTenant),
  });
  silent = await CountingUpstream.start();
  tenant = await world.tenant({ limits: { connectionsPerSecond: 100 } });
  await routeTo(silent.url, '/silent');
});

afterEach(async () => {
  for (const client of waiting) client.destroy();
  await world.expectNothingHeld();
  await world.close();
  await silent.close();
});

async function routeTo(url: string, path: string, of = tenant): Promise<void> {
  await world.route(of, { match: { path }, upstreams: [{ url }] });
}

async function wait(path: string, count: number): Promise<void> {
  const before = world.gateway.held().waitingDials;
  for (let index = 0; index < count; index += 1) {
    const client = await openSocket(world.port);
    waiting.push(client);
    client.write(upgradeRequest(path));
  }
  await expect.poll(() => world.gateway.held().waitingDials).toBe(before + count);
}

async function expectBusy(path: string, limit: string): Promise<void> {
  const { status, headers, body } = await rawRequest(world.port, upgradeRequest(path));
  expect([status, headers['retry-after'], JSON.parse(body)]).toMatchObject([
    503,
    '2',
    { code: 'upstream_busy', limit },
  ]);
}

/** An upstream that answers at once and closes. */
function answering(answer: string): Promise<CountingUpstream> {
  return CountingUpstream.start((socket) => socket.once('data', () => socket.write(answer)));
}

test('requests that wait for an unresponsive upstream are bounded for each route and tenant, and other requests are admitted', async () => {
  const forbidding = await answering('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
  await routeTo(silent.url, '/other');
  await routeTo(forbidding.url, '/answers');
  await routeTo(forbidding.url, '/of-other-tenant', await world.tenant({ slug: 'other' }));

  await wait('/silent', perRoute);
  await expectBusy('/silent', 'route');
  expect((await rawRequest(world.port, upgradeRequest('/answers'))).status).toBe(403);
  await wait('/other', perTenant - perRoute);
  await expectBusy('/other', 'tenant');
  await expectBusy('/answers', 'tenant');
  expect((await rawRequest(world.port, upgradeRequest('/of-other-tenant'))).status).toBe(403);
  await forbidding.close();
});

test('a request above the bound takes no slot, and is recorded with its tenant', async () => {
  await wait('/silent', perRoute);
  await expectBusy('/silent', 'route');
  expect(world.gateway.held().slots).toBe(perRoute);
  expect(await world.nextRecord()).toMatchObject({ code: 'upstream_busy', status: 503, tenantId: tenant.id });
});

test('a client that disconnects releases its place', async () => {
  await wait('/silent', perRoute);
  waiting[0]?.resetAndDestroy();
  await expect.poll(() => world.gateway.held().waitingDials).toBe(perRoute - 1);
  await wait('/silent', 1);
  await expectBusy('/silent', 'route');
});

test('joined connections and unread answers do not count', async () => {
  const accept = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';
  const joining = await answering(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  const endless = await answering('HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\nabc');
  await routeTo(joining.url, '/joins');
  await routeTo(endless.url, '/endless');
  for (const path of ['/joins', '/endless']) {
    for (let count = 0; count < 2 * perTenant; count += 1) {
      const client = await openSocket(world.port);
      waiting.push(client);
      client.write(upgradeRequest(path));
      await new Promise((resolve) => client.once('data', resolve));
    }
  }
  expect(world.gateway.held().waitingDials).toBe(0);
  for (const client of waiting) client.resetAndDestroy();
  await world.expectNothingHeld();
  await Promise.all([joining.close(), endless.close()]);
});
