import { z } from 'zod';
import { idSchema } from './identifiers.js';
import { labelsSchema } from './labels.js';
import { quotaSchema } from './quota.js';
import { rateFieldsOf } from './rates.js';
import { refuseRepeated } from './repeated-items.js';
import {
  displayTextSchema,
  limitSchema,
  momentSchema,
  referableNameSchema,
  timestampSchema,
} from './fields.js';
import { fieldRules } from './field-rules.js';

/**
 * `connect`: open connections through the gateway. `read`: read the key's own tenant over the REST API and
 * receive its events. `manage`: the same, and change it, and tap its connections.
 */
export const keyScopeSchema = z.enum(['connect', 'read', 'manage']);

/** The route of a key or ticket, as requests name it. */
export const routeReferenceSchema = z.union([idSchema('route'), referableNameSchema], {
  error: fieldRules.route_reference,
});

const editableFields = {
  name: referableNameSchema.meta({
    description: 'Name of the API key, unique among the unrevoked keys of the tenant',
    example: 'web',
  }),
  labels: labelsSchema,
  scopes: z
    .array(keyScopeSchema)
    .min(1)
    .refine((scopes) => new Set(scopes).size === scopes.length, {
      error: 'a scope is listed twice',
      params: { code: 'repeated' },
    })
    .default(['connect'])
    .meta({
      description:
        '`connect`: open connections through the gateway. `read`: read the tenant through this API. `manage`: read and change it',
    }),
  routeIds: z.array(routeReferenceSchema).min(1).max(1000).nullable().default(null).meta({
    description:
      'Ids or names of the routes on which the key may open connections, answered as ids; null means all routes of the tenant',
  }),
  maxConnections: limitSchema(0)
    .default(null)
    .meta({ description: 'Maximum number of live connections opened with this key; null means no limit' }),
  ...rateFieldsOf('key'),
  quota: quotaSchema.prefault({}).meta({ description: 'Quota of the key for each month' }),
  expiresAt: momentSchema.nullable().default(null).meta({
    description: 'Time from which the key is refused; its live connections are closed then. null means never',
  }),
};

/** The request to create an API key. */
export const apiKeyCreateSchema = z
  .strictObject(editableFields)
  .superRefine(({ routeIds }, context) => refuseRepeated(routeIds ?? [], context, ['routeIds']))
  .meta({ id: 'ApiKeyCreate' });

/** An API key as the REST API lists it, without the secret. */
export const apiKeySchema = z
  .strictObject({
    id: idSchema('apiKey').meta({ description: 'Id of the API key' }),
    tenantId: idSchema('tenant').meta({ description: 'Id of the tenant that owns the API key' }),
    ...editableFields,
    name: displayTextSchema.meta({ description: 'Name of the API key' }),
    routeIds: z.array(idSchema('route')).min(1).max(1000).nullable().default(null).meta({
      description: 'Routes on which the key may open connections; null means all routes of the tenant',
    }),
    expiresAt: timestampSchema.nullable().default(null).meta({
      description:
        'Time from which the key is refused; its live connections are closed then. null means never',
    }),
    prefix: z.string().meta({ description: 'Public prefix of the key', example: 'slc_AbC123dEf456' }),
    previous: z
      .strictObject({
        prefix: z.string().meta({ description: 'Public prefix of the previous secret' }),
        expiresAt: timestampSchema.meta({ description: 'Time until which the previous secret is accepted' }),
      })
      .nullable()
      .meta({
        description:
          'Secret before the last rotation, and the time until which it is accepted; null means none',
      }),
    revokedAt: timestampSchema
      .nullable()
      .meta({ description: 'Time at which the key was revoked; null means that it is not revoked' }),
    lastUsedAt: timestampSchema.nullable().meta({
      description:
        'Time at which the key last opened a connection, with a delay of up to a minute; null means never',
    }),
    createdAt: timestampSchema.meta({ description: 'Time of creation' }),
  })
  .meta({ id: 'ApiKey' });

/** The answer to POST and rotate, the only one that contains the complete key. */
export const issuedApiKeySchema = z
  .strictObject({
    ...apiKeySchema.shape,
    key: z.string().meta({ description: 'The complete key. It is shown only once and is not stored' }),
  })
  .meta({ id: 'IssuedApiKey' });

const secretHashSchema = z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 in hexadecimal');

/** An API key as gateways receive it. A revoked key is not published. */
export const publishedApiKeySchema = apiKeySchema
  .pick({
    id: true,
    tenantId: true,
    labels: true,
    prefix: true,
    scopes: true,
    routeIds: true,
    maxConnections: true,
    messagesPerSecond: true,
    bytesPerSecond: true,
    quota: true,
    expiresAt: true,
  })
  .extend({
    name: displayTextSchema.default('').meta({ description: 'Display name of the API key' }),
    secretHash: secretHashSchema,
    previous: z
      .strictObject({
        prefix: z.string().meta({ description: 'Public prefix of the previous secret' }),
        secretHash: secretHashSchema.meta({ description: 'SHA-256 of the previous secret' }),
        expiresAt: timestampSchema.meta({ description: 'Time until which the previous secret is accepted' }),
      })
      .nullable()
      .default(null)
      .meta({ description: 'Secret before the last rotation; null means none' }),
  });

export type KeyScope = z.output<typeof keyScopeSchema>;
export type ApiKeyCreate = z.output<typeof apiKeyCreateSchema>;
export type ApiKey = z.output<typeof apiKeySchema>;
export type IssuedApiKey = z.output<typeof issuedApiKeySchema>;
export type PublishedApiKey = z.output<typeof publishedApiKeySchema>;
