import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { demo } from '../../apps/all-in-one/seed-demo.js';
import { startSluice } from '../support/start-sluice.js';
import { CountingUpstream } from '../support/counting-upstream.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { rawRequest, upgradeRequest } from '../support/raw-request.js';

const releases: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release();
});

async function start(environment: Record<string, string>): Promise<GatewayWorld> {
  const world = await GatewayWorld.start({ SLUICE_UPSTREAM_ALLOW: '127.0.0.0/8,::1', ...environment });
  releases.push(() => world.close());
  return world;
}

async function codeOfRouteTo(url: string, world: GatewayWorld): Promise<unknown> {
  await world.route(await world.tenant(), { upstreams: [{ url, weight: 1 }] });
  const { status, body } = await rawRequest(world.port, upgradeRequest('/'));
  expect(status).toBe(502);
  return (JSON.parse(body) as { code: unknown }).code;
}

describe('a gateway that may dial loopback addresses', () => {
  test.each(['127.0.0.1', '127.0.0.2', '[::1]', '[::ffff:127.0.0.1]', 'localhost'])(
    'never dials itself if it listens on every address: %s',
    async (host) => {
      const world = await start({ SLUICE_GATEWAY_LISTEN: '0.0.0.0:0' });
      expect(await codeOfRouteTo(`ws://${host}:${world.port}`, world)).toBe('upstream_forbidden_address');
      await world.nextRecord();
      expect(world.records, 'it received its own request').toEqual([]);
    },
  );

  test('never dials its own admin listener', async () => {
    const world = await start({});
    const { port } = new URL(world.gateway.adminUrl);
    expect(await codeOfRouteTo(`ws://127.0.0.1:${port}`, world)).toBe('upstream_forbidden_address');
  });

  test.each(['127.0.0.1', '127.0.0.2', '[::1]', 'localhost'])('never dials its Redis: %s', async (host) => {
    const redis = await CountingUpstream.start(undefined, null);
    releases.push(() => redis.close());
    const { port } = new URL(redis.url);
    const world = await start({ SLUICE_REDIS_URL: `redis://:secret@127.0.0.1:${port}` });
    expect(await codeOfRouteTo(`ws://${host}:${port}`, world)).toBe('upstream_forbidden_address');
    expect(redis.connections).toBe(0);
  });
});

test('all of Sluice in one process never dials its API, and does dial its echo upstream', async () => {
  const sluice = await startSluice();
  releases.push(() => sluice.close());
  const upstreams = [{ url: sluice.apiUrl.replace('http:', 'ws:') }];
  const route = { match: { path: '/api' }, upstreams, auth: { mode: 'none' } };
  await sluice.rest.call('POST', '/tenants', { slug: 'acme' });
  await sluice.rest.call('POST', '/tenants/acme/routes', route);
  const answer = (): ReturnType<typeof rawRequest> =>
    rawRequest(Number(new URL(sluice.gatewayUrl).port), upgradeRequest('/api'));
  await expect.poll(async () => (await answer()).body).toContain('upstream_forbidden_address');

  const client = new WebSocket(`${sluice.gatewayUrl}${demo.path}`);
  await once(client, 'open');
  client.close();
  await once(client, 'close');
});
