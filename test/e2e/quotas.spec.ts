import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { exhaustionIdOf, type PublishedRoute, type PublishedTenant } from '#libs/contract';
import { GatewayWorld, type TestKey } from '../support/gateway-world.js';
import { rawRequest, upgradeRequest, type RawAnswer } from '../support/raw-request.js';
import { ScriptedUpstream } from '../support/scripted-upstream.js';
import { startSluice } from '../support/start-sluice.js';

// The API judges every five seconds.
const patience = { timeout: 20_000, interval: 50 };

async function open(url: string): Promise<WebSocket> {
  const client = new WebSocket(url, { perMessageDeflate: false });
  await once(client, 'open');
  return client;
}

async function closeOf(client: WebSocket): Promise<[number, string]> {
  const [code, reason] = (await once(client, 'close')) as [number, Buffer];
  return [code, reason.toString()];
}

describe('a gateway', () => {
  let world: GatewayWorld;
  let upstream: ScriptedUpstream;
  let tenant: PublishedTenant;
  let route: PublishedRoute;
  let key: TestKey;

  beforeEach(async () => {
    upstream = await ScriptedUpstream.start();
    world = await GatewayWorld.start();
    tenant = await world.tenant();
    const match = { path: '/keyed' };
    route = await world.route(tenant, { match, upstreams: [{ url: upstream.url }], auth: {} });
    await world.route(tenant, { match: { path: '/open' }, upstreams: [{ url: upstream.url }] });
    key = await world.apiKey(tenant);
  });
  afterEach(async () => {
    await world.expectNothingHeld();
    await world.close();
    await upstream.close();
  });

  const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();

  function exhaust(subjectId: string, { until = inAnHour(), closesLive = true } = {}): Promise<void> {
    const id = exhaustionIdOf(subjectId);
    const value = { id, tenantId: tenant.id, subjectId, until, closesLive };
    return world.publish({ kind: 'exhaustion', id, value });
  }

  const request = (path: string): Promise<RawAnswer> => rawRequest(world.port, upgradeRequest(path));

  async function expectOpen(path: string): Promise<void> {
    const client = await open(`${world.url}${path}`);
    client.close();
    await once(client, 'close');
  }

  const keyed = (): string => `/keyed?api_key=${key.key}`;

  test.each([
    ['tenant', () => tenant.id, true],
    ['route', () => route.id, false],
    ['key', () => key.published.id, false],
  ])(
    'refuses connections of a %s that has used up its quota, and closes the live ones, and no others',
    async (limit, subjectId, isOfTenant) => {
      const [live, other] = [await open(`${world.url}${keyed()}`), await open(`${world.url}/open`)];
      const [liveClose, otherClose] = [closeOf(live), closeOf(other)];
      await exhaust(subjectId());
      expect(await liveClose).toEqual([1008, 'quota exceeded']);
      const { status, headers, body } = await request(keyed());
      expect([status, JSON.parse(body)]).toEqual([
        429,
        expect.objectContaining({ code: 'usage_quota', limit }),
      ]);
      const retryAfter = Number(headers['retry-after']);
      expect(retryAfter).toBeGreaterThan(3590);
      expect(retryAfter).toBeLessThanOrEqual(3600);
      if (isOfTenant) expect((await request('/open')).status).toBe(429);
      else await expectOpen('/open');
      if (!isOfTenant) other.close();
      expect(await otherClose).toEqual(isOfTenant ? [1008, 'quota exceeded'] : [1005, '']);
    },
  );

  test('admits connections again when the quota is not used up any more, or the month has ended', async () => {
    await exhaust(key.published.id);
    expect((await request(keyed())).status).toBe(429);
    await world.publish({ kind: 'exhaustion', id: exhaustionIdOf(key.published.id), value: null });
    await expectOpen(keyed());
    await exhaust(key.published.id, { until: new Date(Date.now() - 1).toISOString() });
    await expectOpen(keyed());
  });

  test('keeps live connections if only new ones would exceed the quota', async () => {
    const live = await open(`${world.url}${keyed()}`);
    await exhaust(tenant.id, { closesLive: false });
    expect((await request(keyed())).status).toBe(429);
    live.send('still here');
    expect(String((await once(live, 'message'))[0])).toBe('still here');
    live.close();
  });
});

test('a quota of messages closes live connections and refuses new ones, until it is raised', async () => {
  const sluice = await startSluice();
  try {
    const { rest, echoUrl } = sluice;
    await rest.call('POST', '/tenants', { slug: 'acme', quota: { messages: 20 } });
    const upstreams = [{ url: echoUrl }];
    const route = { match: { path: '/chat' }, upstreams, auth: { mode: 'none' } };
    await rest.call('POST', '/tenants/acme/routes', route, { prefer: 'wait=5' });
    const url = `${sluice.gatewayUrl}/chat`;
    const client = await open(url);
    const closed = closeOf(client);
    for (let sent = 0; sent < 10; sent += 1) {
      client.send('hello');
      await once(client, 'message');
    }
    expect(await closed).toEqual([1008, 'quota exceeded']);
    await expect(open(url)).rejects.toThrow('429');
    await rest.call('PATCH', '/tenants/acme', { quota: { messages: 1000 } });
    const again = await vi.waitFor(() => open(url), patience);
    again.terminate();
  } finally {
    await sluice.close();
  }
});
