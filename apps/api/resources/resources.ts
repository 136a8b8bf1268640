import type { Tenant } from '#libs/contract';
import type { ApiKeyRow } from '../database/entities/api-key.entity.js';
import type { OperatorRow } from '../database/entities/operator.entity.js';
import type { RouteRow } from '../database/entities/route.entity.js';
import { apiKeyResource, type ApiKeyDocument } from './api-key.js';
import { operatorResource } from './operator.js';
import type { AuditedResource, Resource } from './resource.js';
import { routeResource } from './route.js';
import type { RouteDocument } from './route-document.js';
import { tenantResource, type TenantDocument } from './tenant.js';

/** The lists of a tenant in a document, in their order. To add a kind of resource, add it here and below. */
export const childLists = ['routes', 'apiKeys'] as const;
export const lists = ['tenants', ...childLists] as const;

export type ChildList = (typeof childLists)[number];
export type ListName = (typeof lists)[number];

/** The row type of each list. */
export interface RowTypes {
  tenants: Tenant;
  routes: RouteRow;
  apiKeys: ApiKeyRow;
}

/** The document type of a resource of each list. */
export interface DocumentTypes {
  tenants: TenantDocument;
  routes: RouteDocument;
  apiKeys: ApiKeyDocument;
}

export const resources: { readonly [List in ListName]: Resource<RowTypes[List], DocumentTypes[List]> } = {
  tenants: tenantResource,
  routes: routeResource,
  apiKeys: apiKeyResource,
};

/** Creates one value for each list of a tenant. */
export function mapChildLists<Of extends Record<ChildList, unknown>>(
  make: <List extends ChildList>(list: List) => Of[List],
): { [List in ChildList]: Of[List] } {
  return { routes: make('routes'), apiKeys: make('apiKeys') };
}

/** Creates one value for each list. */
export function mapLists<Of extends Record<ListName, unknown>>(
  make: <List extends ListName>(list: List) => Of[List],
): { [List in ListName]: Of[List] } {
  return { tenants: make('tenants'), ...mapChildLists<Of>(make) };
}

/** The row type of each audited kind. */
export interface AuditedRows {
  tenant: Tenant;
  route: RouteRow;
  apiKey: ApiKeyRow;
  operator: OperatorRow;
}

export type AuditedKind = keyof AuditedRows;

export const auditedResources: { readonly [Kind in AuditedKind]: AuditedResource<AuditedRows[Kind]> } = {
  tenant: tenantResource,
  route: routeResource,
  apiKey: apiKeyResource,
  operator: operatorResource,
};
