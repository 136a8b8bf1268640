import { beforeEach, expect, test } from 'vitest';
import {
  newId,
  publishedRouteSchema,
  publishedTenantSchema,
  type ConfigEntry,
  type PublishedRoute,
  type PublishedTenant,
} from '#libs/contract';
import { parseUpgradeRequest, type UpgradeRequest } from '#libs/handshake';
import { Configuration } from '#libs/routing';
import { currentAccess, type AuthenticatedRequest, type CurrentAccess } from './current-access.js';

const tenant = publishedTenantSchema.parse({
  id: newId('tenant'),
  slug: 'acme',
  status: 'active',
  limits: {},
});
const route = publishedRouteSchema.parse({
  id: newId('route'),
  tenantId: tenant.id,
  match: { path: '/chat' },
  upstreams: [{ url: 'ws://upstream.test' }],
  auth: { mode: 'none' },
  responseHeaders: {},
});
const maintenance = { retryAfterSeconds: 90, connections: 'keep' } as const;
const request = requestFor('/chat');

let configuration: Configuration;
let revision: number;
/** The request as it was authenticated before the changes of a test. */
let authenticated: AuthenticatedRequest;

beforeEach(async () => {
  configuration = new Configuration();
  revision = 1;
  await configuration.replace({
    epoch: 'e1',
    revision,
    fleetId: null,
    entries: [
      { kind: 'tenant', id: tenant.id, value: tenant },
      { kind: 'route', id: route.id, value: route },
    ],
  });
  authenticated = {
    position: configuration.position,
    tenant,
    route,
    apiKey: null,
    keyPrefix: null,
    token: null,
    credentialSource: null,
    origin: null,
    hasClientCertificate: false,
  };
});

function requestFor(target: string): UpgradeRequest {
  const rawHeaders = [
    ...['Host', 'chat.example', 'Upgrade', 'websocket', 'Connection', 'Upgrade'],
    ...['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version', '13'],
  ];
  const parsed = parseUpgradeRequest({ method: 'GET', target, httpVersion: '1.1', rawHeaders }, 1024);
  if (!parsed.ok) throw new Error(parsed.code);
  return parsed.request;
}

function change(entry: ConfigEntry): void {
  revision += 1;
  configuration.apply({ epoch: 'e1', revision, committedAt: '2026-11-22T14:00:00.000Z', entries: [entry] });
}

function changeRoute(fields: Partial<PublishedRoute>): void {
  change({ kind: 'route', id: route.id, value: { ...route, ...fields } });
}

function changeTenant(fields: Partial<PublishedTenant>): void {
  change({ kind: 'tenant', id: tenant.id, value: { ...tenant, ...fields } });
}

function current(): CurrentAccess {
  return currentAccess(configuration, request, authenticated, () => 0);
}

test('a request is not checked again while the configuration is unchanged', () => {
  expect(current()).toEqual({ ok: true, current: authenticated });
});

test('a request that has waited gets the current tenant and route', () => {
  changeRoute({ maxConnections: 7 });
  changeTenant({ slug: 'renamed' });
  expect(current()).toMatchObject({
    ok: true,
    current: { route: { maxConnections: 7 }, tenant: { slug: 'renamed' }, position: { revision: 3 } },
  });
});

test('a request that waits while its route goes under maintenance is refused with 503 maintenance', () => {
  changeRoute({ maintenance });
  expect(current()).toMatchObject({
    ok: false,
    refusal: { code: 'maintenance', retryAfterSeconds: 90, detail: 'the route is under maintenance' },
  });
});

test('a request that waits while its tenant goes under maintenance is refused with 503 maintenance', () => {
  changeTenant({ maintenance });
  expect(current()).toMatchObject({
    ok: false,
    refusal: { code: 'maintenance', retryAfterSeconds: 90, detail: 'the tenant is under maintenance' },
  });
});

test('a request that waits until the maintenance is over is admitted', () => {
  changeRoute({ maintenance });
  changeRoute({ maintenance: null });
  expect(current()).toMatchObject({ ok: true, current: { route: { maintenance: null } } });
});

test.each<[string, () => void, string]>([
  ['its route is gone', () => change({ kind: 'route', id: route.id, value: null }), 'no_route'],
  ['its route is disabled', () => changeRoute({ enabled: false }), 'no_route'],
  ['its tenant is suspended', () => changeTenant({ status: 'suspended' }), 'tenant_suspended'],
  ['its route asks for a key', () => changeRoute({ auth: keyAuth() }), 'key_required'],
  [
    'its path leads to another route',
    () => {
      changeRoute({ enabled: false });
      const other = newId('route');
      change({ kind: 'route', id: other, value: { ...route, id: other } });
    },
    'no_route',
  ],
])('a request that waits is refused if meanwhile %s', (_title, makeChange, code) => {
  makeChange();
  expect(current()).toMatchObject({ ok: false, refusal: { code } });
});

function keyAuth(): PublishedRoute['auth'] {
  return publishedRouteSchema.parse({ ...route, auth: { mode: 'apiKey' } }).auth;
}
