import { z } from 'zod';
import type { RestClient } from '../../../support/rest-client.js';

/** The path of the route of the tenant `bench`; `npm start` has a different route at `/echo`. */
export const benchPath = '/bench';

/** A tenant and its route, in the form of the API. */
export interface TenantSettings {
  limits: Record<string, number | null>;
  route: Record<string, unknown>;
}

/** Every limit is set, and none is reached. */
export const everyLimit: TenantSettings = {
  limits: {
    maxConnections: 1_000_000,
    maxConnectionsPerKey: 1_000_000,
    maxConnectionsPerIp: 1_000_000,
    connectionsPerSecond: 1_000_000,
    messagesPerSecond: 10_000_000,
    bytesPerSecond: 1_000_000_000_000,
    maxMessageBytes: 1_048_576,
  },
  route: {
    auth: { mode: 'apiKey' },
    maxConnections: 1_000_000,
    allowedOrigins: ['https://app.example'],
    timeouts: { idleMs: 3_600_000, maxLifetimeMs: 86_400_000 },
    keepalive: { pingIntervalMs: 25_000 },
  },
};

/**
 * Creates a tenant with a route to the upstream, and a key; resolves with the header field that contains the
 * key.
 */
export async function publishBenchTenant(
  rest: RestClient,
  upstreamPort: number,
  { limits, route }: TenantSettings = everyLimit,
  slug = 'bench',
): Promise<string> {
  await rest.call('POST', '/tenants', { slug, limits });
  const upstreams = [{ url: `ws://127.0.0.1:${upstreamPort}` }];
  await rest.call('POST', `/tenants/${slug}/routes`, { match: { path: `/${slug}` }, upstreams, ...route });
  const answer = await rest.call('POST', `/tenants/${slug}/api-keys`, { name: slug });
  return `X-Api-Key: ${z.object({ key: z.string() }).parse(answer).key}`;
}
