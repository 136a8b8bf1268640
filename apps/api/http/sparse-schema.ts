import type { z } from 'zod';

/**
 * Describes an answer that omits fields with their default. It is a Standard Schema
 * (https://standardschema.dev) for the OpenAPI document only; answers are not validated.
 */
export class SparseSchema {
  readonly '~standard' = {
    version: 1 as const,
    vendor: 'sluice',
    validate: (value: unknown): { value: unknown } => ({ value }),
  };

  constructor(readonly described: z.ZodType) {}
}
