import { z } from 'zod';
import { displayNameSchema, idSchema, timestampSchema } from '#libs/contract';

const operatorRoleSchema = z.enum(['admin', 'viewer']).meta({
  description: '`admin`: full access. `viewer`: GET everything and listen to `/v1/events`',
});

const tenantIdsSchema = z
  .array(idSchema('tenant'))
  .min(1)
  .max(100)
  .refine((ids) => new Set(ids).size === ids.length, {
    error: 'an id is repeated',
    params: { code: 'repeated' },
  })
  .nullable()
  .default(null)
  .meta({
    description:
      'Ids of the tenants to which the operator is limited: it sees only these, and has in each the rights of an API key with the scope `manage` (role `admin`) or `read` (`viewer`). Null: it is not limited. The id of a deleted tenant stays, and grants nothing',
    example: null,
  });

/**
 * The body of a request that creates an operator. The role has no default, so that omitting it grants
 * nothing.
 */
export const operatorCreateSchema = z
  .strictObject({
    name: displayNameSchema.meta({ description: 'Name of the person or program', example: 'Ada' }),
    role: operatorRoleSchema,
    tenantIds: tenantIdsSchema,
  })
  .meta({ id: 'OperatorCreate' });

/** An operator as the REST API shows it, without the token. */
export const operatorSchema = z
  .strictObject({
    id: idSchema('operator').meta({ description: 'Id of the operator' }),
    ...operatorCreateSchema.shape,
    prefix: z.string().meta({ description: 'Public prefix of the token', example: 'slo_0123456789abcdef' }),
    revokedAt: timestampSchema
      .nullable()
      .meta({ description: 'Time at which the token was revoked; null means that it is not revoked' }),
    createdAt: timestampSchema.meta({ description: 'Time of creation' }),
  })
  .meta({ id: 'Operator' });

/** The answer to POST, the only answer with the token. */
export const issuedOperatorSchema = z
  .strictObject({
    ...operatorSchema.shape,
    token: z.string().meta({ description: 'The complete token. It is shown only once and is not stored' }),
  })
  .meta({ id: 'IssuedOperator' });

export type OperatorCreate = z.output<typeof operatorCreateSchema>;
export type Operator = z.output<typeof operatorSchema>;
export type IssuedOperator = z.output<typeof issuedOperatorSchema>;
