import { vi, type Mock } from 'vitest';
import type { LiveConnection } from '#libs/connections';
import {
  newId,
  publishedApiKeySchema,
  publishedRouteSchema,
  publishedTenantSchema,
  type PublishedApiKey,
  type PublishedRoute,
  type PublishedTenant,
} from '#libs/contract';

/** A connection with a tunnel that records its calls. Tenant, route and key are new unless given. */
export function liveConnection(overrides: Partial<LiveConnection> = {}): LiveConnection {
  const tenant = overrides.tenant ?? publishedTenant();
  const route = overrides.route ?? publishedRoute(tenant);
  return {
    id: newId('connection'),
    tenant,
    route,
    apiKey: publishedApiKey(tenant),
    keyPrefix: null,
    token: null,
    credentialSource: 'header',
    origin: null,
    hasClientCertificate: false,
    clientAddress: '192.0.2.1',
    upstreamUrl: 'ws://upstream.test',
    listedUpstreamUrl: overrides.upstreamUrl ?? 'ws://upstream.test',
    subprotocol: null,
    negotiatedExtensions: null,
    lanes: { fromClients: [], fromUpstreams: [] },
    tunnel: recordingTunnel(),
    ...overrides,
  };
}

/** The code and reason of each close of the tunnel. */
export function closesOf(connection: LiveConnection): unknown[] {
  return vi.mocked(connection.tunnel).close.mock.calls;
}

/** A tunnel that only records its calls. */
export function recordingTunnel(): LiveConnection['tunnel'] {
  const counters = {
    messages: 0,
    frames: 0,
    controlFrames: 0,
    bytes: 0,
    bytesReceived: 0,
    lastActivityAtMs: null,
    roundTripMs: null,
  };
  const release: Mock<() => void> = vi.fn();
  const tunnel = {
    isClosing: false,
    fromClient: () => counters,
    fromUpstream: () => counters,
    bufferedBytes: () => 0,
    close: vi.fn(),
    setMessageLimits: vi.fn(),
    setLanes: vi.fn(),
    observe: vi.fn(() => release),
  };
  return tunnel;
}

function publishedTenant(): PublishedTenant {
  return publishedTenantSchema.parse({ id: newId('tenant'), slug: 'acme', status: 'active', limits: {} });
}

function publishedRoute(tenant: PublishedTenant): PublishedRoute {
  const upstreams = [{ url: 'ws://upstream.test' }];
  return publishedRouteSchema.parse({
    id: newId('route'),
    tenantId: tenant.id,
    match: { path: '/' },
    upstreams,
  });
}

function publishedApiKey(tenant: PublishedTenant): PublishedApiKey {
  return publishedApiKeySchema.parse({
    id: newId('apiKey'),
    tenantId: tenant.id,
    prefix: 'slc_000000000000',
    secretHash: '0'.repeat(64),
  });
}
