import { z } from 'zod';
import { idSchema } from './identifiers.js';
import { displayNameSchema, limitSchema, timestampSchema } from './fields.js';
import { hostPatternSchema } from './host.js';
import { maintenanceSchema } from './maintenance.js';
import { refuseRepeated } from './repeated-items.js';

const slugSchema = z
  .string()
  .min(1)
  .max(63)
  .regex(
    /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
    'expected lower-case letters, digits and inner hyphens, like "acme-eu"',
  )
  .meta({ description: 'Unique, URL-safe name of the tenant', example: 'acme' });

const tenantStatusSchema = z
  .enum(['active', 'suspended'])
  .meta({ description: '`suspended`: new connections are refused with 403, and live ones closed with 1008' });

const tenantMaintenanceSchema = maintenanceSchema.meta({
  description: 'With it new connections of the tenant are refused with 503 `maintenance`; null: they are not',
});

const tenantHostsSchema = z
  .array(
    hostPatternSchema.refine((host) => host !== '*', {
      error: 'expected a host name or "*.suffix"; null in place of the list allows any host',
    }),
  )
  .max(256)
  .nullable()
  .default([])
  .meta({
    description:
      'The hosts on which its own keys may place routes: names, and `*.suffix` for all below it; null is any. ' +
      'Operators place routes anywhere',
    example: ['acme.example', '*.acme.example'],
  });

/** The limits of a tenant that gateways enforce. */
const trafficLimits = {
  maxConnections: limitSchema(0)
    .default(1000)
    .meta({ description: 'Live connections of the tenant, over the whole fleet' }),
  maxConnectionsPerKey: limitSchema(0)
    .default(null)
    .meta({ description: 'Live connections of each of its API keys' }),
  maxConnectionsPerIp: limitSchema(0)
    .default(null)
    .meta({ description: 'Live connections from each client address; of IPv6 from each /64' }),
  connectionsPerSecond: limitSchema(1).default(null).meta({ description: 'New connections each second' }),
  messagesPerSecond: limitSchema(1)
    .default(null)
    .meta({ description: 'Messages each second, in each gateway and each direction' }),
  bytesPerSecond: limitSchema(1)
    .default(null)
    .meta({ description: 'Bytes each second, in each gateway and each direction' }),
  maxMessageBytes: limitSchema(1)
    .default(null)
    .meta({ description: 'Size of one message; a larger one closes the connection with 1009' }),
};

export const tenantLimitsSchema = z
  .strictObject({
    ...trafficLimits,
    maxRoutes: limitSchema(0).default(null).meta({ description: 'Routes that the tenant may have' }),
    maxApiKeys: limitSchema(0)
      .default(null)
      .meta({ description: 'API keys that the tenant may have, revoked ones not counted' }),
  })
  .meta({ id: 'TenantLimits', description: 'What the tenant may use; null is no limit' });

/** The request to create a tenant. */
export const tenantCreateSchema = z
  .strictObject({
    slug: slugSchema,
    name: displayNameSchema.meta({ description: 'Defaults to the slug', example: 'Acme' }).optional(),
    status: tenantStatusSchema.default('active'),
    maintenance: tenantMaintenanceSchema,
    hosts: tenantHostsSchema,
    limits: tenantLimitsSchema.prefault({}).meta({ description: 'How much the tenant may use' }),
  })
  .superRefine(({ hosts }, context) => refuseRepeated(hosts ?? [], context, ['hosts']))
  .meta({ id: 'TenantCreate' });

/** A tenant as the REST API shows it. */
export const tenantSchema = z
  .strictObject({
    id: idSchema('tenant').meta({ description: 'Id of the tenant' }),
    slug: slugSchema,
    name: displayNameSchema.meta({ description: 'Name of the tenant, for people' }),
    status: tenantStatusSchema,
    maintenance: tenantMaintenanceSchema,
    hosts: tenantHostsSchema,
    limits: tenantLimitsSchema.meta({ description: 'How much the tenant may use' }),
    createdAt: timestampSchema.meta({ description: 'When it was created' }),
    updatedAt: timestampSchema.meta({ description: 'When it was last changed' }),
  })
  .meta({ id: 'Tenant' });

/**
 * A tenant as gateways receive it: only what they need, so that fields for the API can be added without them.
 */
export const publishedTenantSchema = tenantSchema
  .pick({ id: true, slug: true, status: true, maintenance: true })
  .extend({ limits: z.strictObject(trafficLimits) });

export type TenantLimits = z.output<typeof tenantLimitsSchema>;
export type TenantCreate = z.output<typeof tenantCreateSchema>;
export type Tenant = z.output<typeof tenantSchema>;
export type PublishedTenant = z.output<typeof publishedTenantSchema>;
