import { z } from 'zod';
import { keyScopeSchema } from './api-key.js';
import { displayNameSchema, timestampSchema } from './fields.js';
import { idSchema } from './identifiers.js';

/** The question whether a key is valid. */
export const keyVerifySchema = z
  .strictObject({
    key: z.string().max(1024).meta({
      description: 'The API key as a client presents it',
      example: 'slc_AbC123dEf456_0000000000000000000000000000000000000000000_000000',
    }),
    route: displayNameSchema.nullable().default(null).meta({
      description:
        "Id or name of a route of the key's tenant: whether the key may open connections there. null: any use of the key",
      example: 'chat',
    }),
    origin: z.string().max(1024).nullable().default(null).meta({
      description: 'Value of Origin, compared with the allowedOrigins of `route`; null: none',
      example: 'https://acme.example',
    }),
  })
  .refine(({ route, origin }) => origin === null || route !== null, {
    path: ['route'],
    error: 'an origin is allowed by a route, so a route is required',
  })
  .meta({ id: 'KeyVerify' });

/** The answer. Everything but `valid` and `code` is null unless the secret of the key is right. */
export const keyVerificationSchema = z
  .strictObject({
    valid: z.boolean().meta({ description: 'Whether the key is valid for the requested use' }),
    code: z.string().nullable().meta({
      description:
        '`key_invalid`, `key_expired`, `key_forbidden`, `tenant_suspended`, `no_route` or `origin_forbidden`; null: it is valid',
      example: null,
    }),
    keyId: idSchema('apiKey').nullable().meta({ description: 'Id of the key' }),
    name: z.string().nullable().meta({ description: 'Name of the key', example: 'web' }),
    tenantId: idSchema('tenant').nullable().meta({ description: 'Id of the tenant of the key' }),
    scopes: z.array(keyScopeSchema).nullable().meta({ description: 'Scopes of the key' }),
    routeIds: z
      .array(idSchema('route'))
      .nullable()
      .meta({ description: 'Routes of the key; null: all routes of the tenant', example: null }),
    expiresAt: timestampSchema
      .nullable()
      .meta({ description: 'Time from which this secret is refused; null: never', example: null }),
  })
  .meta({ id: 'KeyVerification' });

export type KeyVerify = z.output<typeof keyVerifySchema>;
export type KeyVerification = z.output<typeof keyVerificationSchema>;
