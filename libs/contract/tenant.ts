import { z } from 'zod';
import { idSchema } from './identifiers.js';
import { displayNameSchema, limitSchema, timestampSchema } from './fields.js';

const slugSchema = z
  .string()
  .min(1)
  .max(63)
  .regex(
    /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
    'expected lower-case letters, digits and inner hyphens, like "acme-eu"',
  )
  .meta({ description: 'Unique, URL-safe name of the tenant', example: 'acme' });

const tenantStatusSchema = z.enum(['active', 'suspended']);

export const tenantLimitsSchema = z
  .strictObject({
    maxConnections: limitSchema(0).default(1000),
    maxConnectionsPerKey: limitSchema(0).default(null),
    maxConnectionsPerIp: limitSchema(0).default(null),
    connectionsPerSecond: limitSchema(1).default(null),
    messagesPerSecond: limitSchema(1).default(null),
    bytesPerSecond: limitSchema(1).default(null),
    maxMessageBytes: limitSchema(1).default(null),
  })
  .meta({ id: 'TenantLimits', description: 'What the tenant may use; null is no limit' });

/** What a client sends to make a tenant. */
export const tenantCreateSchema = z
  .strictObject({
    slug: slugSchema,
    name: displayNameSchema.optional().meta({ description: 'Defaults to the slug', example: 'Acme' }),
    status: tenantStatusSchema.default('active'),
    limits: tenantLimitsSchema.prefault({}),
  })
  .meta({ id: 'TenantCreate' });

/** A tenant as the REST API shows it. */
export const tenantSchema = z
  .strictObject({
    id: idSchema('tenant'),
    slug: slugSchema,
    name: displayNameSchema,
    status: tenantStatusSchema,
    limits: tenantLimitsSchema,
    createdAt: timestampSchema,
    updatedAt: timestampSchema,
  })
  .meta({ id: 'Tenant' });

/** A tenant as gateways receive it. */
export const publishedTenantSchema = tenantSchema.pick({ id: true, slug: true, status: true, limits: true });

export type TenantLimits = z.output<typeof tenantLimitsSchema>;
export type TenantCreate = z.output<typeof tenantCreateSchema>;
export type Tenant = z.output<typeof tenantSchema>;
export type PublishedTenant = z.output<typeof publishedTenantSchema>;
