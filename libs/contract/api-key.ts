import { z } from 'zod';
import { idSchema } from './identifiers.js';
import { refuseRepeated } from './repeated-items.js';
import {
  displayNameSchema,
  displayTextSchema,
  limitSchema,
  momentSchema,
  timestampSchema,
} from './fields.js';

/**
 * `connect`: open connections through the gateway. `read`: read the key's own tenant over the REST API and
 * receive its events. `manage`: the same, and change it, and tap its connections.
 */
export const keyScopeSchema = z.enum(['connect', 'read', 'manage']);

const editableFields = {
  name: displayNameSchema.meta({ description: 'What it is for', example: 'web' }),
  scopes: z
    .array(keyScopeSchema)
    .min(1)
    .refine((scopes) => new Set(scopes).size === scopes.length, { error: 'a scope is listed twice' })
    .default(['connect'])
    .meta({
      description:
        '`connect`: open connections through the gateway. `read`: see the tenant over this API. `manage`: change it, too',
    }),
  routeIds: z
    .array(idSchema('route'))
    .min(1)
    .max(1000)
    .nullable()
    .default(null)
    .meta({ description: 'The routes on which the key may connect; null is all of the tenant' }),
  maxConnections: limitSchema(0)
    .default(null)
    .meta({ description: 'Live connections with this key; null is no limit' }),
  expiresAt: momentSchema
    .nullable()
    .default(null)
    .meta({ description: 'From when on it is refused, and its live connections are closed; null is never' }),
};

/** The request to create an API key. */
export const apiKeyCreateSchema = z
  .strictObject(editableFields)
  .superRefine(({ routeIds }, context) => refuseRepeated(routeIds ?? [], context, ['routeIds']))
  .meta({ id: 'ApiKeyCreate' });

/** An API key as the REST API lists it; the secret is not part of it. */
export const apiKeySchema = z
  .strictObject({
    id: idSchema('apiKey').meta({ description: 'Id of the API key' }),
    tenantId: idSchema('tenant').meta({ description: 'Id of the tenant that owns it' }),
    ...editableFields,
    expiresAt: timestampSchema.nullable().default(null).meta({
      description: 'From when on it is refused, and its live connections are closed; null is never',
    }),
    prefix: z.string().meta({ description: 'The public start of the key', example: 'slc_AbC123dEf456' }),
    previous: z
      .strictObject({
        prefix: z.string().meta({ description: 'The public start of the previous secret' }),
        expiresAt: timestampSchema.meta({ description: 'Until when the previous secret is accepted' }),
      })
      .nullable()
      .meta({ description: 'The secret before the last rotation, and until when it is good; null: none' }),
    revokedAt: timestampSchema.nullable().meta({ description: 'When it was revoked; null: it is not' }),
    lastUsedAt: timestampSchema
      .nullable()
      .meta({ description: 'When a connection was last opened with it, up to a minute late; null: never' }),
    createdAt: timestampSchema.meta({ description: 'When it was created' }),
  })
  .meta({ id: 'ApiKey' });

/** The answer to POST and rotate: the only time that the whole key is shown. */
export const issuedApiKeySchema = z
  .strictObject({
    ...apiKeySchema.shape,
    key: z.string().meta({ description: 'The whole key; it is shown once and not stored' }),
  })
  .meta({ id: 'IssuedApiKey' });

const secretHashSchema = z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 in hexadecimal');

/** An API key as gateways receive it. A revoked key is not published. */
export const publishedApiKeySchema = apiKeySchema
  .pick({
    id: true,
    tenantId: true,
    prefix: true,
    scopes: true,
    routeIds: true,
    maxConnections: true,
    expiresAt: true,
  })
  .extend({
    name: displayTextSchema.default('').meta({ description: 'What it is for' }),
    secretHash: secretHashSchema,
    previous: z
      .strictObject({
        prefix: z.string().meta({ description: 'The public start of the previous secret' }),
        secretHash: secretHashSchema.meta({ description: 'SHA-256 of the previous secret' }),
        expiresAt: timestampSchema.meta({ description: 'Until when the previous secret is accepted' }),
      })
      .nullable()
      .default(null)
      .meta({ description: 'The secret before the last rotation; null: none' }),
  });

export type KeyScope = z.output<typeof keyScopeSchema>;
export type ApiKeyCreate = z.output<typeof apiKeyCreateSchema>;
export type ApiKey = z.output<typeof apiKeySchema>;
export type IssuedApiKey = z.output<typeof issuedApiKeySchema>;
export type PublishedApiKey = z.output<typeof publishedApiKeySchema>;
