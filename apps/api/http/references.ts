import { z } from 'zod';
import { idSchema, tenantSchema } from '#libs/contract';
import { ProblemError } from './problem-error.js';

interface Reference {
  schema: z.ZodType<string>;
  detail: string;
  expected: string;
}

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
    schema: idSchema('route'),
    detail: 'The tenant has no such route.',
    expected: 'expected the id of a route of this tenant',
  },
  key: {
    schema: idSchema('apiKey'),
    detail: 'The tenant has no such API key.',
    expected: 'expected the id of an API key of this tenant',
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
  return new ProblemError('not_found', { detail, errors: [{ field: name, message: expected }] });
}
