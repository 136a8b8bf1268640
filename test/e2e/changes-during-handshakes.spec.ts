import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import {
  newId,
  type ConfigEntry,
  type PublishedApiKey,
  type PublishedRoute,
  type PublishedTenant,
  type TenantLimits,
} from '#libs/contract';
import { LocalConnectionLimiter, type AcquireResult, type ConnectionLimiter } from '#libs/limits';
import { startEcho, type RunningEcho } from '../../apps/echo/start-echo.js';
import { CountingUpstream } from '../support/counting-upstream.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { rawRequest, upgradeRequest, type RawAnswer } from '../support/raw-request.js';
import { RawUpstream, type PendingHandshake } from '../support/raw-upstream.js';
import { TokenIssuer } from '../support/token-issuer.js';
import { upstreamsOf } from '../support/upstreams-of.js';

let world: GatewayWorld;
let tenant: PublishedTenant;
let limiter: HeldLimiter;

beforeEach(async () => {
  limiter = new HeldLimiter({ now: () => performance.now() });
  world = await GatewayWorld.start({}, undefined, limiter);
  tenant = await world.tenant();
});

afterEach(async () => {
  await world.expectNothingHeld();
  await world.close();
});

/** Delays each slot until the test grants it, like a slow Redis. */
class HeldLimiter extends LocalConnectionLimiter {
  #held: Promise<void> | null = null;
  #onAsked = (): void => undefined;

  /** Resolves once a slot is requested, with a function that grants it. */
  async hold(): Promise<() => void> {
    const asked = new Promise<void>((resolve) => (this.#onAsked = resolve));
    let grant = (): void => undefined;
    this.#held = new Promise((resolve) => (grant = resolve));
    await asked;
    return grant;
  }

  override async acquire(...request: Parameters<ConnectionLimiter['acquire']>): Promise<AcquireResult> {
    const acquired = await super.acquire(...request);
    this.#onAsked();
    await this.#held;
    return acquired;
  }
}

async function changeLimits(limits: Partial<TenantLimits>): Promise<void> {
  const value = { ...tenant, limits: { ...tenant.limits, ...limits } };
  await world.publish({ kind: 'tenant', id: tenant.id, value });
}

async function closeOf(client: WebSocket): Promise<[number, string]> {
  const [code, reason] = (await once(client, 'close')) as [number, Buffer];
  return [code, reason.toString()];
}

describe('a change during the handshake with the upstream', () => {
  let upstream: RawUpstream;
  let echo: RunningEcho;
  let routes: PublishedRoute[];

  beforeEach(async () => {
    upstream = await RawUpstream.start();
    echo = await startEcho({ listen: { host: '127.0.0.1', port: 0 } });
    const route = (path: string, url: string): Promise<PublishedRoute> =>
      world.route(tenant, { match: { path }, upstreams: [{ url }], onMessageRate: 'close' });
    routes = [await route('/held', upstream.url), await route('/echo', echo.url)];
  });

  afterEach(async () => {
    await upstream.close();
    await echo.close();
  });

  async function hold(): Promise<{ client: WebSocket; handshake: PendingHandshake }> {
    const asked = upstream.nextHandshake();
    const client = new WebSocket(`${world.url}/held`);
    return { client, handshake: await asked };
  }

  test('applies the new rate to the new connection, and to all others of its tenant', async () => {
    const live = new WebSocket(`${world.url}/echo`);
    await once(live, 'open');
    const { client, handshake } = await hold();
    await changeLimits({ messagesPerSecond: 1 });
    const opened = once(client, 'open');
    handshake.accept();
    await opened;
    const closed = closeOf(client);
    for (const text of ['one', 'two']) client.send(text);
    expect(await closed).toEqual([1008, 'message rate']);
    const otherClosed = closeOf(live);
    for (const text of ['one', 'two']) live.send(text);
    expect(await otherClosed).toEqual([1008, 'message rate']);
  });

  test('applies the new maximum message size to the new connection', async () => {
    const { client, handshake } = await hold();
    await changeLimits({ maxMessageBytes: 10 });
    const opened = once(client, 'open');
    handshake.accept();
    await opened;
    const closed = closeOf(client);
    client.send('more than ten bytes');
    expect(await closed).toEqual([1009, 'message too big']);
  });

  test('leaves no state of a deleted tenant behind', async () => {
    const { client, handshake } = await hold();
    const withRoutes = routes.map(({ id }) => ({ kind: 'route', id, value: null }) as const);
    await world.publish(...withRoutes, { kind: 'tenant', id: tenant.id, value: null });
    const closed = closeOf(client);
    handshake.accept();
    expect(await closed).toEqual([1008, 'tenant suspended']);
    handshake.socket.end();
    await world.expectNothingHeld();
    expect(world.gateway.held().tenants).toBe(0);
  });
});

describe('a change while a credential is verified', () => {
  let issuer: TokenIssuer;
  let upstream: RawUpstream;

  beforeEach(async () => {
    issuer = await TokenIssuer.start();
    upstream = await RawUpstream.start();
  });

  afterEach(async () => {
    await upstream.close();
    await issuer.close();
  });

  /**
   * Sends a request with a token, makes the change while the issuer's keys are fetched, and returns the
   * refusal.
   */
  async function askDuring(change: (routeId: string) => Promise<void>): Promise<RawAnswer> {
    const route = await world.route(tenant, {
      upstreams: [{ url: upstream.url }],
      auth: {
        mode: 'jwt',
        jwt: { issuer: issuer.issuer, audience: [issuer.audience], jwksUrl: issuer.jwksUrl },
      },
    });
    const authorization = `Bearer ${await issuer.sign()}`;
    const fetched = new Promise<() => void>((resolve) => {
      issuer.answer = (_request, response) => {
        resolve(() => response.end(JSON.stringify({ keys: issuer.keys })));
      };
    });
    const answer = rawRequest(world.port, upgradeRequest('/', { Authorization: authorization }));
    const serveKeys = await fetched;
    await change(route.id);
    serveKeys();
    return answer;
  }

  test('enforces the new connection limits of the tenant', async () => {
    const { status, body } = await askDuring(() => changeLimits({ maxConnections: 0 }));
    expect([status, JSON.parse(body)]).toMatchObject([429, { code: 'connection_limit', limit: 'tenant' }]);
  });

  test('enforces the new connection limit of the route', async () => {
    const { status, body } = await askDuring(async (id) => {
      const route = world.gateway.configuration.route(id);
      if (route) await world.publish({ kind: 'route', id, value: { ...route, maxConnections: 0 } });
    });
    expect([status, JSON.parse(body)]).toMatchObject([429, { code: 'connection_limit', limit: 'route' }]);
  });

  test('refuses a request whose tenant was suspended, and dials nothing', async () => {
    const { status } = await askDuring(() =>
      world.publish({ kind: 'tenant', id: tenant.id, value: { ...tenant, status: 'suspended' } }),
    );
    expect(status).toBe(403);
    expect(await world.nextRecord()).toMatchObject({ code: 'tenant_suspended', upstreamUrl: null });
  });

  test('refuses a request whose route was deleted, and dials nothing', async () => {
    const { status } = await askDuring((id) => world.publish({ kind: 'route', id, value: null }));
    expect(status).toBe(404);
    expect(await world.nextRecord()).toMatchObject({ code: 'no_route', upstreamUrl: null });
  });
});

describe('a change while a request waits for its slot', () => {
  let former: CountingUpstream;

  beforeEach(async () => {
    former = await CountingUpstream.start();
  });

  afterEach(async () => {
    await former.close();
    expect(former.connections).toBe(0);
  });

  async function askDuring(
    change: (route: PublishedRoute, key: PublishedApiKey) => ConfigEntry,
  ): Promise<RawAnswer> {
    const match = { path: '/chat' };
    const route = await world.route(tenant, { match, upstreams: [{ url: former.url }], auth: {} });
    const { key, published } = await world.apiKey(tenant);
    const asked = limiter.hold();
    const answer = rawRequest(world.port, upgradeRequest('/chat/x', { 'X-Api-Key': key }));
    const grant = await asked;
    await world.publish(change(route, published));
    grant();
    return answer;
  }

  test('dials the current upstreams of the route, with its current header fields', async () => {
    const forbidden = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n';
    const present = await CountingUpstream.start((socket) =>
      socket.once('data', () => socket.write(forbidden)),
    );
    const upstreams = upstreamsOf({ url: present.url });
    const requestHeaders = { set: { 'X-Version': '2' }, remove: [] };
    const { status } = await askDuring((route) => changed(route, { upstreams, requestHeaders }));
    expect(status).toBe(403);
    expect(present.received).toContain('X-Version: 2');
    await present.close();
  });

  test.each<[string, string, (route: PublishedRoute, key: PublishedApiKey) => ConfigEntry]>([
    ['route was deleted', 'no_route', ({ id }) => ({ kind: 'route', id, value: null })],
    ['route was disabled', 'no_route', (route) => changed(route, { enabled: false })],
    [
      'route got another path',
      'no_route',
      (route) => changed(route, { match: { ...route.match, path: '/other' } }),
    ],
    [
      'path got a more specific route',
      'no_route',
      (route) => changed(route, { id: newId('route'), match: { ...route.match, path: '/chat/x' } }),
    ],
    [
      'key source was removed from the route',
      'key_required',
      (route) => changed(route, { auth: { ...route.auth, sources: ['query'] } }),
    ],
    [
      'tenant was suspended',
      'tenant_suspended',
      () => ({ kind: 'tenant', id: tenant.id, value: { ...tenant, status: 'suspended' } }),
    ],
    ['key was revoked', 'key_invalid', (_, { id }) => ({ kind: 'apiKey', id, value: null })],
    [
      'key was limited to another route',
      'key_forbidden',
      (_, key) => ({ kind: 'apiKey', id: key.id, value: { ...key, routeIds: [newId('route')] } }),
    ],
  ])('a request whose %s is refused with %s, and nothing is dialed', async (_, code, change) => {
    const { body } = await askDuring(change);
    expect(JSON.parse(body)).toMatchObject({ code });
    expect(await world.nextRecord()).toMatchObject({ code, upstreamUrl: null });
  });
});

function changed(route: PublishedRoute, overrides: Partial<PublishedRoute>): ConfigEntry {
  const value = { ...route, ...overrides };
  return { kind: 'route', id: value.id, value };
}
