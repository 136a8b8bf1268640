import { z } from 'zod';
import { displayNameSchema, idSchema, timestampSchema } from '#libs/contract';

const operatorRoleSchema = z.enum(['admin', 'viewer']).meta({
  description: '`admin`: full access. `viewer`: GET everything and listen to `/v1/events`',
});

/**
 * The body of a request that creates an operator. The role has no default, so that omitting it grants
 * nothing.
 */
export const operatorCreateSchema = z
  .strictObject({
    name: displayNameSchema.meta({ description: 'Name of the person or program', example: 'Ada' }),
    role: operatorRoleSchema,
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
