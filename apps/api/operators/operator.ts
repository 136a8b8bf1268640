import { z } from 'zod';
import { displayNameSchema, idSchema, timestampSchema } from '#libs/contract';

const operatorRoleSchema = z.enum(['admin', 'viewer']).meta({
  description: '`admin`: everything. `viewer`: GET everything and listen to `/v1/events`, nothing else',
});

/** What a client sends to make an operator. There is no default role: a right is not given by leaving something out. */
export const operatorCreateSchema = z
  .strictObject({
    name: displayNameSchema.meta({ description: 'Who it is', example: 'Ada' }),
    role: operatorRoleSchema,
  })
  .meta({ id: 'OperatorCreate' });

/** An operator as the REST API lists it; the token is not part of it. */
export const operatorSchema = z
  .strictObject({
    id: idSchema('operator').meta({ description: 'Id of the operator' }),
    ...operatorCreateSchema.shape,
    prefix: z
      .string()
      .meta({ description: 'The public start of the token', example: 'slo_0123456789abcdef' }),
    revokedAt: timestampSchema.nullable().meta({ description: 'When it was revoked; null: it is not' }),
    createdAt: timestampSchema.meta({ description: 'When it was created' }),
  })
  .meta({ id: 'Operator' });

/** The answer to POST: the only time at which the token is shown. */
export const issuedOperatorSchema = z
  .strictObject({
    ...operatorSchema.shape,
    token: z.string().meta({ description: 'The whole token; it is shown once and not stored' }),
  })
  .meta({ id: 'IssuedOperator' });

export type OperatorCreate = z.output<typeof operatorCreateSchema>;
export type Operator = z.output<typeof operatorSchema>;
export type IssuedOperator = z.output<typeof issuedOperatorSchema>;
