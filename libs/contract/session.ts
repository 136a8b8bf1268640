import { z } from 'zod';
import { idSchema } from './identifiers.js';
import { keyScopeSchema } from './api-key.js';

/**
 * The cookie with which the console authenticates. Cookies ignore ports, so browsers also send it to gateways
 * on the same host if their path begins with `/v1`.
 */
export const sessionCookieName = 'sluice_session';

/** The request to sign in. */
export const sessionCreateSchema = z
  .strictObject({
    token: z.string().min(1).max(1024).meta({
      description: 'The admin token, the token of an operator, or an API key of scope `manage` or `read`',
      example: 'slc_AbC123dEf456_0000000000000000000000000000000000000000000_000000',
    }),
  })
  .meta({ id: 'SessionCreate' });

/** Who a credential belongs to, and its rights. */
export const sessionSchema = z
  .strictObject({
    kind: z.enum(['admin', 'operator', 'apiKey']).meta({
      description: '`admin`: the admin token. `operator`: a named operator. `apiKey`: the key of a tenant',
    }),
    name: z
      .string()
      .nullable()
      .meta({ description: 'Name of the operator or of the key; null: the admin token', example: 'web' }),
    canManage: z.boolean().meta({
      description: 'Whether it may change resources and tap connections; false: it may only read',
    }),
    isPlatform: z.boolean().meta({
      description:
        'Whether it sees all tenants and what belongs to the platform, like gateways; false: the key of a tenant, or an operator that is limited to tenants',
    }),
    tenant: z
      .strictObject({
        id: idSchema('tenant').meta({ description: 'Id of the tenant' }),
        slug: z.string().meta({ description: 'Slug of the tenant', example: 'acme' }),
        name: z.string().meta({ description: 'Name of the tenant', example: 'Acme' }),
      })
      .nullable()
      .meta({ description: 'The tenant of the key; null: an operator' }),
    gatewayUrl: z.string().nullable().meta({
      description:
        'Scheme and host at which clients reach the gateways: `SLUICE_GATEWAY_PUBLIC_URL`, or the gateway in the process of the API; null: neither',
      example: 'wss://ws.example',
    }),
    keyId: idSchema('apiKey').nullable().meta({ description: 'Id of the key; null: an operator' }),
    scopes: z.array(keyScopeSchema).nullable().meta({ description: 'Scopes of the key; null: an operator' }),
  })
  .meta({ id: 'Session' });

export type SessionCreate = z.output<typeof sessionCreateSchema>;
export type Session = z.output<typeof sessionSchema>;
