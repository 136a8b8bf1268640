import type { EntityManager } from 'typeorm';
import type { Tenant } from '#libs/contract';
import { ApiKeyEntity, type ApiKeyRow } from '../api-keys/api-key.entity.js';
import { OperatorEntity } from '../operators/operator.entity.js';
import { RouteEntity, type RouteRow } from '../routes/route.entity.js';
import { TenantEntity } from '../tenants/tenant.entity.js';
import type { AuditSubject } from './audit-entry.entity.js';

/** Some fields of a thing, by their names. */
export type AuditedState = Record<string, unknown>;

/** The fields that are kept of each kind of thing. What is missing here is secret, or says nothing. */
export const auditedFields = {
  tenant: ['slug', 'name', 'status', 'hosts', 'limits'],
  route: [
    ...[
      'name',
      'enabled',
      'match',
      'upstreams',
      'upstreamTls',
      'balancing',
      'rewrite',
      'upstreamHost',
      'requestHeaders',
      'auth',
    ],
    ...['clientCertificate', 'allowedOrigins', 'maxConnections', 'onChange', 'onMessageRate'],
    ...['timeouts', 'keepalive'],
  ],
  apiKey: [
    ...['name', 'scopes', 'routeIds', 'maxConnections', 'expiresAt', 'revokedAt'],
    ...['prefix', 'previousPrefix', 'previousExpiresAt'],
  ],
  operator: ['name', 'role', 'prefix', 'revokedAt'],
} as const;

/**
 * The state of the thing that an act is about, as `manager` sees it: the transaction of the act, or a connection that
 * sees what was committed before it. Null where it is not there, or is no thing of the configuration.
 */
export async function auditedState(
  manager: EntityManager,
  { action, targetId: id }: Pick<AuditSubject, 'action' | 'targetId'>,
): Promise<AuditedState | null> {
  switch (action.slice(0, action.indexOf('.'))) {
    case 'tenant':
      return tenantState(await manager.findOneBy(TenantEntity, { id }));
    case 'route':
      return routeState(await manager.findOneBy(RouteEntity, { id }));
    case 'apiKey':
      return apiKeyState(await manager.findOneBy(ApiKeyEntity, { id }));
    case 'operator':
      return picked(auditedFields.operator, await manager.findOneBy(OperatorEntity, { id }));
    default:
      return null;
  }
}

export function tenantState(tenant: Tenant | null): AuditedState | null {
  return picked(auditedFields.tenant, tenant);
}

// A header field that a route sets can be a credential for its upstream, and the trail outlives the route. Of the TLS
// to upstreams the private key must not be here, and certificates would be long.
export function routeState(route: RouteRow | null): AuditedState | null {
  if (route === null) return null;
  const { requestHeaders, upstreamTls } = route.definition;
  const set = Object.fromEntries(Object.keys(requestHeaders.set).map((name) => [name, '(withheld)']));
  return picked(auditedFields.route, {
    ...route.definition,
    requestHeaders: { set, remove: requestHeaders.remove },
    upstreamTls: { verify: upstreamTls.verify, serverName: upstreamTls.serverName },
  });
}

export function apiKeyState(apiKey: ApiKeyRow | null): AuditedState | null {
  return picked(auditedFields.apiKey, apiKey);
}

function picked(fields: readonly string[], thing: object | null): AuditedState | null {
  if (thing === null) return null;
  return Object.fromEntries(Object.entries(thing).filter(([name]) => fields.includes(name)));
}
