import { z } from 'zod';
import { idSchema } from './identifiers.js';
import { displayNameSchema, limitSchema, timestampSchema } from './fields.js';
import { hostPatternSchema } from './host.js';
import { labelsSchema } from './labels.js';
import { maintenanceSchema } from './maintenance.js';
import { quotaSchema } from './quota.js';
import { refuseRepeated } from './repeated-items.js';
import { fieldRules } from './field-rules.js';

const slugSchema = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, fieldRules.slug)
  .meta({ description: 'Unique, URL-safe name of the tenant', example: 'acme' });

const tenantStatusSchema = z.enum(['active', 'suspended']).meta({
  description: '`suspended`: new connections are refused with 403, and live connections are closed with 1008',
});

const tenantMaintenanceSchema = maintenanceSchema.meta({
  description: 'Refuses new connections of the tenant with 503 `maintenance`; null means no maintenance',
});

const tenantHostsSchema = z
  .array(
    hostPatternSchema.refine((host) => host !== '*', {
      error: fieldRules.tenant_host,
    }),
  )
  .max(256)
  .nullable()
  .default([])
  .meta({
    description:
      "Hosts on which the tenant's own keys may place routes: names, and `*.suffix` for all names below it; null means any host. " +
      'Operators may place routes on any host',
    example: ['acme.example', '*.acme.example'],
  });

/** The limits of a tenant that gateways enforce. */
const trafficLimits = {
  maxConnections: limitSchema(0)
    .default(1000)
    .meta({ description: 'Maximum number of live connections of the tenant, over the whole fleet' }),
  maxConnectionsPerKey: limitSchema(0)
    .default(null)
    .meta({ description: 'Maximum number of live connections of each API key' }),
  maxConnectionsPerIp: limitSchema(0).default(null).meta({
    description: 'Maximum number of live connections from each client address (IPv6: from each /64)',
  }),
  connectionsPerSecond: limitSchema(1)
    .default(null)
    .meta({ description: 'Maximum number of new connections per second' }),
  requestsPerSecond: limitSchema(1)
    .default(null)
    .meta({ description: 'Maximum number of ordinary HTTP requests per second, in each gateway' }),
  messagesPerSecond: limitSchema(1)
    .default(null)
    .meta({ description: 'Maximum number of messages per second, in each gateway and each direction' }),
  bytesPerSecond: limitSchema(1)
    .default(null)
    .meta({ description: 'Maximum number of bytes per second, in each gateway and each direction' }),
  maxMessageBytes: limitSchema(1).default(null).meta({
    description: 'Maximum size of a message in bytes; a larger one closes the connection with 1009',
  }),
};

export const tenantLimitsSchema = z
  .strictObject({
    ...trafficLimits,
    maxRoutes: limitSchema(0).default(null).meta({ description: 'Maximum number of routes' }),
    maxApiKeys: limitSchema(0)
      .default(null)
      .meta({ description: 'Maximum number of API keys, not counting revoked ones' }),
  })
  .meta({ id: 'TenantLimits', description: 'Limits of the tenant; null means no limit' });

/** The request to create a tenant. */
export const tenantCreateSchema = z
  .strictObject({
    slug: slugSchema,
    name: displayNameSchema
      .meta({ description: 'Display name of the tenant; defaults to the slug', example: 'Acme' })
      .optional(),
    labels: labelsSchema,
    status: tenantStatusSchema.default('active'),
    maintenance: tenantMaintenanceSchema,
    hosts: tenantHostsSchema,
    limits: tenantLimitsSchema.prefault({}).meta({ description: 'Limits of the tenant' }),
    quota: quotaSchema.prefault({}).meta({ description: 'Quota of the tenant for each month' }),
  })
  .superRefine(({ hosts }, context) => refuseRepeated(hosts ?? [], context, ['hosts']))
  .meta({ id: 'TenantCreate' });

/** A tenant as the REST API returns it. */
export const tenantSchema = z
  .strictObject({
    id: idSchema('tenant').meta({ description: 'Id of the tenant' }),
    slug: slugSchema,
    name: displayNameSchema.meta({ description: 'Display name of the tenant' }),
    labels: labelsSchema,
    status: tenantStatusSchema,
    maintenance: tenantMaintenanceSchema,
    hosts: tenantHostsSchema,
    limits: tenantLimitsSchema.meta({ description: 'Limits of the tenant' }),
    quota: quotaSchema.prefault({}).meta({ description: 'Quota of the tenant for each month' }),
    createdAt: timestampSchema.meta({ description: 'Time of creation' }),
    updatedAt: timestampSchema.meta({ description: 'Time of the last change' }),
  })
  .meta({ id: 'Tenant' });

/**
 * A tenant as gateways receive it: only the fields that they use, so that a field for the API alone does not
 * change it.
 */
export const publishedTenantSchema = tenantSchema
  .pick({ id: true, slug: true, labels: true, status: true, maintenance: true, quota: true })
  .extend({ limits: z.strictObject(trafficLimits) });

export type TenantLimits = z.output<typeof tenantLimitsSchema>;
export type TenantCreate = z.output<typeof tenantCreateSchema>;
export type Tenant = z.output<typeof tenantSchema>;
export type PublishedTenant = z.output<typeof publishedTenantSchema>;
