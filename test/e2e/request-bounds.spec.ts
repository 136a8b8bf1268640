import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PublishedTenant } from '#libs/contract';
import { CountingUpstream } from '../support/counting-upstream.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { rawRequest, upgradeRequest, type RawAnswer } from '../support/raw-request.js';

let world: GatewayWorld;
let tenant: PublishedTenant;
let upstream: CountingUpstream;

beforeEach(async () => {
  upstream = await CountingUpstream.start((socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'));
  });
});

afterEach(async () => {
  await world.expectNothingHeld();
  await world.close();
  await upstream.close();
});

async function start(environment: Record<string, string> = {}): Promise<void> {
  world = await GatewayWorld.start(environment);
  tenant = await world.tenant();
  await world.route(tenant, { upstreams: [{ url: upstream.url }] });
}

function ask(target: string, fields: Record<string, string> = {}): Promise<RawAnswer> {
  return rawRequest(world.port, upgradeRequest(target, fields));
}

describe('default bounds of a request', () => {
  test('a target of 14 KB with a token in its query reaches the upstream unchanged', async () => {
    await start();
    const target = `/?access_token=${'a'.repeat(14_000)}`;
    expect((await ask(target)).status).toBe(404);
    expect(upstream.received).toContain(`GET ${target} HTTP/1.1\r\n`);
  });

  test('cookies of 40 KB reach the upstream', async () => {
    await start();
    const cookie = `session=${'a'.repeat(40_000)}`;
    expect((await ask('/', { Cookie: cookie })).status).toBe(404);
    expect(upstream.received).toContain(cookie);
  });
});

describe('configured bounds of a request', () => {
  test('apply to the target exactly to the byte', async () => {
    await start({ SLUICE_MAX_TARGET_BYTES: '2000' });
    expect((await ask(`/${'a'.repeat(1999)}`)).status).toBe(404);
    expect((await ask(`/${'a'.repeat(2000)}`)).status).toBe(414);
    expect(upstream.connections).toBe(1);
  });

  test('apply to target, field names and field values together', async () => {
    await start({ SLUICE_MAX_TARGET_BYTES: '1024', SLUICE_MAX_HEADER_BYTES: '2000' });
    expect((await ask('/', { 'X-Large': 'a'.repeat(1700) })).status).toBe(404);
    expect((await ask('/', { 'X-Large': 'a'.repeat(2000) })).status).toBe(431);
    expect(upstream.connections).toBe(1);
  });
});
