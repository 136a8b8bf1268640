import { newId, publishedTenantSchema, routeCreateSchema, type Tenant } from '#libs/contract';
import { generateApiKey } from '#libs/credentials';
import { apiKeyColumnsOf, type ApiKeyRow } from '../../apps/api/database/entities/api-key.entity.js';
import { routeColumnsOf, type RouteRow } from '../../apps/api/database/entities/route.entity.js';

export interface ListSize {
  tenants: number;
  routes: number;
  keys: number;
}

export interface ListedRows {
  tenants: Tenant[];
  routes: RouteRow[];
  apiKeys: ApiKeyRow[];
}

const noQuota = { connections: null, connectionMinutes: null, messages: null, bytes: null };
const words = ['chat', 'alerts', 'Rooms', 'presence', 'metrics', 'Études', 'market', 'telemetry'];

/**
 * Tenants of very different sizes: the first has half of all routes and keys, the next five half of the rest
 * each, and the others the remaining 1.6 %. The newest resources belong to the small tenants, so that a
 * filter by one of them is the worst case for the order of creation.
 */
export function listedRows({ tenants, routes, keys }: ListSize): ListedRows {
  const owners = Array.from({ length: tenants }, (_, index) => tenantRow(index));
  const ownerOf = (index: number, count: number): string => {
    const rank = Math.floor(-Math.log2(1 - index / count));
    return owners[rank < 6 ? rank : 6 + (index % (tenants - 6))]?.id ?? '';
  };
  const template = routeCreateSchema.parse({ match: matchOf(0, 0), upstreams: [{ url: 'ws://10.0.0.5' }] });
  return {
    tenants: owners,
    routes: Array.from({ length: routes }, (_, index) => routeRow(template, ownerOf(index, routes), index)),
    apiKeys: Array.from({ length: keys }, (_, index) => apiKeyRow(ownerOf(index, keys), index)),
  };
}

function tenantRow(index: number): Tenant {
  const limits = { ...publishedTenantSchema.shape.limits.parse({}), maxRoutes: null, maxApiKeys: null };
  const status = index % 10 === 9 ? 'suspended' : 'active';
  const times = { createdAt: timeAt(index), updatedAt: timeAt((index * 7919) % 100_000) };
  const shared = { labels: labelsOf(index), maintenance: null, quota: noQuota, hosts: null, limits };
  return { id: newId('tenant'), slug: `t${index}`, name: nameOf(index), status, ...shared, ...times };
}

function routeRow(template: RouteRow['definition'], tenantId: string, index: number): RouteRow {
  const upstreams = [
    { ...template.upstreams[0], url: `ws://10.0.${index % 200}.5:9000/base` },
  ] as RouteRow['definition']['upstreams'];
  const definition = {
    ...template,
    name: nameOf(index),
    labels: labelsOf(index),
    enabled: index % 10 !== 9,
    match: matchOf(index % 500, index),
    upstreams,
  };
  const times = { createdAt: timeAt(index), updatedAt: timeAt((index * 7919) % 100_000) };
  return { id: newId('route'), tenantId, ...routeColumnsOf(tenantId, definition), definition, ...times };
}

function apiKeyRow(tenantId: string, index: number): ApiKeyRow {
  const { prefix, secretHash } = generateApiKey();
  const row = {
    ...{ id: newId('apiKey'), tenantId, name: nameOf(index), labels: labelsOf(index), prefix, secretHash },
    ...{ previousPrefix: null, previousSecretHash: null, previousExpiresAt: null },
    scopes: index % 3 === 0 ? (['connect', 'read'] as const) : (['connect'] as const),
    ...{
      routeIds: null,
      maxConnections: null,
      messagesPerSecond: null,
      bytesPerSecond: null,
      quota: noQuota,
    },
    expiresAt: index % 4 === 0 ? timeAt(index + 1_000_000) : null,
    revokedAt: index % 10 === 9 ? timeAt(index) : null,
    lastUsedAt: index % 2 === 0 ? timeAt((index * 7919) % 100_000) : null,
    createdAt: timeAt(index),
  };
  return { ...row, scopes: [...row.scopes], ...apiKeyColumnsOf(row) };
}

function matchOf(host: number, index: number): RouteRow['definition']['match'] {
  const rest = { encodedSlash: 'refuse', headers: null, query: null } as const;
  const pathType = index % 5 === 0 ? 'exact' : 'prefix';
  return { host: `ws${host}.acme.example`, path: `/api/v1/room-${index}`, pathType, ...rest };
}

function nameOf(index: number): string {
  return `${words[index % words.length] ?? ''} ${index}`;
}

function labelsOf(index: number): Record<string, string> {
  return { env: index % 4 === 0 ? 'test' : 'prod' };
}

function timeAt(seconds: number): string {
  return new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();
}
