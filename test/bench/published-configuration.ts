import {
  newId,
  publishedRouteSchema,
  publishedTenantSchema,
  quotaSchema,
  type ConfigEntry,
  type PublishedRoute,
} from '#libs/contract';
import { generateApiKey } from '#libs/credentials';

export interface ConfigurationSize {
  tenants: number;
  routesPerTenant: number;
  keysPerTenant: number;
}

const noQuota = quotaSchema.parse({});

/**
 * Generates the entries of a fictional platform. Of ten routes of a tenant, seven are on its host (four
 * prefixes, three exact paths), two on its `*.` host and one on `*`; all other fields have their defaults.
 */
export function* publishedConfiguration(size: ConfigurationSize): Generator<ConfigEntry> {
  const limits = publishedTenantSchema.shape.limits.parse({});
  for (let tenant = 0; tenant < size.tenants; tenant += 1) {
    const tenantId = newId('tenant');
    const value = {
      id: tenantId,
      slug: `t${tenant}`,
      labels: {},
      status: 'active' as const,
      maintenance: null,
      limits,
      quota: noQuota,
    };
    yield { kind: 'tenant', id: tenantId, value };
    for (let index = 0; index < size.routesPerTenant; index += 1) {
      const route = publishedRoute(tenantId, matchOf(tenant, index));
      yield { kind: 'route', id: route.id, value: route };
    }
    for (let index = 0; index < size.keysPerTenant; index += 1) yield apiKeyEntry(tenantId);
  }
}

export function publishedRoute(tenantId: string, match: PublishedRoute['match']): PublishedRoute {
  return publishedRouteSchema.parse({
    id: newId('route'),
    tenantId,
    name: match.path,
    match,
    upstreams: [
      { url: `ws://chat-${tenantId.slice(-6)}.upstream.example:9000/base`, weight: 1 },
      { url: `ws://chat-${tenantId.slice(-6)}.standby.example:9000/base`, weight: 1 },
    ],
  });
}

function matchOf(tenant: number, index: number): PublishedRoute['match'] {
  const pathType = index % 10 < 4 ? 'prefix' : 'exact';
  const prefix = { pathType: 'prefix', encodedSlash: 'refuse', headers: null, query: null } as const;
  if (index % 10 < 7) {
    return { ...prefix, host: `chat.t${tenant}.example`, path: `/api/v1/room-${index}`, pathType };
  }
  if (index % 10 < 9) return { ...prefix, host: `*.t${tenant}.example`, path: `/socket/${index}` };
  return { ...prefix, host: '*', path: `/tenants/t${tenant}/${index}` };
}

function apiKeyEntry(tenantId: string): ConfigEntry {
  const { prefix, secretHash } = generateApiKey();
  const id = newId('apiKey');
  return {
    kind: 'apiKey',
    id,
    value: {
      id,
      tenantId,
      name: prefix,
      labels: {},
      prefix,
      scopes: ['connect'],
      routeIds: null,
      maxConnections: null,
      messagesPerSecond: null,
      bytesPerSecond: null,
      quota: noQuota,
      expiresAt: null,
      secretHash,
      previous: null,
    },
  };
}
