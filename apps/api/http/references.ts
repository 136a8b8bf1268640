import { z } from 'zod';
import { fieldRules, idSchema, referableNameSchema, tenantSchema } from '#libs/contract';
import { ProblemError } from './problem-error.js';

interface Reference {
  schema: z.ZodType<string>;
  detail: string;
  expected: string;
}

const expectedRoute = fieldRules.route_reference;
const expectedKey = 'expected the id or the name of an API key of the tenant';

/** How paths of the REST API refer to resources. */
export const references = {
  tenant: {
    // No slug has an underscore, so an id is never the slug of another tenant.
    schema: z.union([idSchema('tenant'), tenantSchema.shape.slug], {
      error: 'expected the id or the slug of a tenant',
    }),
    detail: 'There is no such tenant.',
    expected: 'expected the id or the slug of a tenant',
  },
  route: {
    schema: z.union([idSchema('route'), referableNameSchema], { error: expectedRoute }),
    detail: 'The tenant has no such route.',
    expected: expectedRoute,
  },
  key: {
    schema: z.union([idSchema('apiKey'), referableNameSchema], { error: expectedKey }),
    detail: 'The tenant has no such API key.',
    expected: expectedKey,
  },
  operator: {
    schema: idSchema('operator'),
    detail: 'There is no such operator.',
    expected: 'expected the id of an operator',
  },
  connection: {
    schema: idSchema('connection'),
    detail: 'There is no such live connection.',
    expected: 'expected the id of a live connection',
  },
  webhook: {
    schema: idSchema('webhook'),
    detail: 'There is no such webhook.',
    expected: 'expected the id of a webhook',
  },
  delivery: {
    schema: idSchema('webhookDelivery'),
    detail: 'The webhook has no such delivery.',
    expected: 'expected the id of a delivery',
  },
  gateway: {
    schema: idSchema('gateway'),
    detail: 'There is no such gateway.',
    expected: 'expected the id of a gateway',
  },
} as const satisfies Record<string, Reference>;

export type ReferenceName = keyof typeof references;

/** The problem for a reference to a resource that does not exist or that the client may not see. */
export function notFound(name: ReferenceName): ProblemError {
  const { detail, expected } = references[name];
  return new ProblemError('not_found', {
    detail,
    errors: [{ field: name, code: 'not_found', message: expected }],
  });
}
