import { WorkSlice } from '#libs/async';
import { previousOf } from '../api-keys/published-api-key.js';
import type { ApiKeyRow } from '../database/entities/api-key.entity.js';
import type { RouteRow } from '../database/entities/route.entity.js';
import {
  withheld,
  type ConfigurationDocument,
  type DocumentApiKey,
  type DocumentRoute,
  type DocumentTenant,
} from './configuration-document.js';
import { byTenant, type ConfigurationRows } from './configuration-rows.js';
import { eachInSlices } from './each-in-slices.js';

/** The document of what is declared. The same rows give the same bytes, whatever their order. */
export async function documentOf({
  tenants,
  routes,
  apiKeys,
}: ConfigurationRows): Promise<ConfigurationDocument> {
  const routesOf = byTenant(routes);
  const keysOf = byTenant(apiKeys);
  const slice = new WorkSlice();
  const document: ConfigurationDocument = { version: 1, tenants: [] };
  for (const { id, slug, name, status, hosts, limits } of inOrder(tenants, ({ slug }) => slug)) {
    const tenant: DocumentTenant = { id, slug, name, status, hosts, limits, routes: [], apiKeys: [] };
    document.tenants.push(tenant);
    const ownRoutes = inOrder(routesOf.get(id) ?? [], routeOrder);
    const ownKeys = inOrder(keysOf.get(id) ?? [], ({ prefix }) => prefix);
    await eachInSlices(ownRoutes, (row) => void tenant.routes.push(documentRoute(row)), slice);
    await eachInSlices(ownKeys, (row) => void tenant.apiKeys.push(documentApiKey(row)), slice);
  }
  return document;
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
