import type { Tenant } from '#libs/contract';
import type { ApiKeyRow } from '../api-keys/api-key.entity.js';
import { previousOf } from '../api-keys/published-api-key.js';
import type { RouteRow } from '../routes/route.entity.js';
import {
  withheld,
  type ConfigurationDocument,
  type DocumentApiKey,
  type DocumentRoute,
  type DocumentTenant,
} from './configuration-document.js';
import { byTenant, type ConfigurationRows } from './configuration-rows.js';

/** The document of what is declared. The same rows give the same bytes, whatever their order. */
export function documentOf({ tenants, routes, apiKeys }: ConfigurationRows): ConfigurationDocument {
  const routesOf = byTenant(routes);
  const keysOf = byTenant(apiKeys);
  return {
    version: 1,
    tenants: inOrder(tenants, ({ slug }) => slug).map((tenant) =>
      documentTenant(tenant, routesOf.get(tenant.id) ?? [], keysOf.get(tenant.id) ?? []),
    ),
  };
}

function documentTenant(tenant: Tenant, routes: RouteRow[], apiKeys: ApiKeyRow[]): DocumentTenant {
  const { id, slug, name, status, hosts, limits } = tenant;
  return {
    ...{ id, slug, name, status, hosts, limits },
    routes: inOrder(routes, routeOrder).map(documentRoute),
    apiKeys: inOrder(apiKeys, ({ prefix }) => prefix).map(documentApiKey),
  };
}

function routeOrder({ id, definition: { match } }: RouteRow): string {
  return [match.host, match.path, match.pathType, id].join('\n');
}

function documentRoute({ id, definition }: RouteRow): DocumentRoute {
  const { upstreamTls } = definition;
  const clientKey = upstreamTls.clientKey === null ? null : withheld;
  return { id, ...definition, upstreamTls: { ...upstreamTls, clientKey } };
}

function documentApiKey(row: ApiKeyRow): DocumentApiKey {
  const { id, name, scopes, routeIds, maxConnections, expiresAt, prefix, secretHash, revokedAt } = row;
  const shown = { id, name, scopes, routeIds, maxConnections, expiresAt, prefix, secretHash };
  return { ...shown, previous: previousOf(row), revokedAt };
}

// By code units and not by a language, so that the order is the same everywhere.
function inOrder<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Row[] {
  return rows
    .map((row) => ({ key: keyOf(row), row }))
    .sort((one, other) => (one.key < other.key ? -1 : 1))
    .map(({ row }) => row);
}
