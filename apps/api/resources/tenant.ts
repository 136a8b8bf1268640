import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import {
  idSchema,
  newId,
  tenantCreateSchema,
  type ConfigEntry,
  type Tenant,
  type TenantLimits,
} from '#libs/contract';
import { TenantEntity } from '../database/entities/tenant.entity.js';
import { tenantListing } from '../lists/tenant-listing.js';
import type { Resource, UniqueRule } from './resource.js';

/** A tenant in a document, without the lists of its resources. */
export const tenantDocumentSchema = z.strictObject({
  id: idSchema('tenant').optional().meta({ description: 'Omitted: found by its slug, or created' }),
  ...tenantCreateSchema.shape,
});

export type TenantDocument = z.output<typeof tenantDocumentSchema>;

/** The declared fields of a tenant. */
export type TenantFields = Omit<Tenant, 'id' | 'createdAt' | 'updatedAt'>;

const slugRule: UniqueRule = {
  code: 'slug_taken',
  message: 'another tenant of the document has this slug:',
};

export const tenantResource: Resource<Tenant, TenantDocument> = {
  kind: 'tenant',
  listing: tenantListing,
  entity: TenantEntity,
  tenantIdOf: ({ id }) => id,
  fieldsOf: (tenant) => ({ ...tenantFieldsOf(tenant) }),
  auditedFields: ['slug', 'name', 'labels', 'status', 'maintenance', 'hosts', 'limits', 'quota'],
  redact: (fields) => fields,
  entryOf: tenantEntry,
  publishedWhere: {},
  uniqueValuesOf: () => [],
  deleteAction: 'tenant.delete',
  schema: tenantDocumentSchema,
  documentOf: (tenant) => ({ id: tenant.id, ...tenantFieldsOf(tenant) }),
  rowFrom: (document, before, { at }) => tenantRow(document, before, at),
  naturalKeyOf: ({ slug }) => slug,
  sortKeyOf: ({ slug }) => slug,
  displayNameOf: ({ slug }) => slug,
  documentUniquesOf: ({ slug }) => [{ rule: slugRule, value: slug, field: 'slug' }],
  labelsOf: ({ labels }) => labels,
  quotaOf: ({ quota }) => quota,
  hostsOf: ({ hosts }) => hosts,
  secretFields: /(?!)/,
};

export function tenantFieldsOf(tenant: TenantFields): TenantFields {
  const { slug, name, labels, status, maintenance, hosts, limits, quota } = tenant;
  return { slug, name, labels, status, maintenance, hosts, limits, quota };
}

/** A tenant as gateways receive it; limits that gateways do not enforce are omitted. */
function tenantEntry({ id, slug, labels, status, maintenance, limits, quota }: Tenant): ConfigEntry {
  const value = { id, slug, labels, status, maintenance, limits: trafficLimitsOf(limits), quota };
  return { kind: 'tenant', id, value };
}

// A gateway refuses an unknown field, and with it the whole entry.
function trafficLimitsOf(limits: TenantLimits): Omit<TenantLimits, 'maxRoutes' | 'maxApiKeys'> {
  const { maxConnections, maxConnectionsPerKey, maxConnectionsPerIp, connectionsPerSecond } = limits;
  const { requestsPerSecond, messagesPerSecond, bytesPerSecond, maxMessageBytes } = limits;
  return {
    maxConnections,
    maxConnectionsPerKey,
    maxConnectionsPerIp,
    connectionsPerSecond,
    requestsPerSecond,
    messagesPerSecond,
    bytesPerSecond,
    maxMessageBytes,
  };
}

function tenantRow(document: TenantDocument, before: Tenant | null, at: string): Tenant {
  const { name = document.slug } = document;
  const fields = tenantFieldsOf({ ...document, name });
  if (before === null) return { id: document.id ?? newId('tenant'), ...fields, createdAt: at, updatedAt: at };
  const after = { ...before, ...fields };
  return isDeepStrictEqual({ ...before }, after) ? before : { ...after, updatedAt: at };
}
