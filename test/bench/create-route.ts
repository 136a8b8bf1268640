import type { RestClient } from '../support/rest-client.js';

/** Creates a tenant, by default without a connection limit. */
export async function createTenant(
  rest: RestClient,
  slug: string,
  maxConnections: number | null = null,
): Promise<void> {
  await rest.call('POST', '/tenants', { slug, limits: { maxConnections } });
}

/** Creates a route of the tenant, by default without authentication. */
export async function createRoute(
  rest: RestClient,
  slug: string,
  { path, url, auth = { mode: 'none' } }: { path: string; url: string; auth?: object },
): Promise<void> {
  await rest.call('POST', `/tenants/${slug}/routes`, { match: { path }, upstreams: [{ url }], auth });
}

/** Creates an API key of the tenant. */
export async function createKey(
  rest: RestClient,
  slug: string,
  name = slug,
): Promise<{ id: string; key: string }> {
  return rest.call('POST', `/tenants/${slug}/api-keys`, { name });
}
