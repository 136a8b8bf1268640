import type { z } from 'zod';

/**
 * Describes an answer in which fields that have their default are left out. It is a Standard Schema
 * (https://standardschema.dev) for the sake of who asks what an answer is; answers are not checked.
 */
export class SparseSchema {
  readonly '~standard' = {
    version: 1 as const,
    vendor: 'sluice',
    validate: (value: unknown): { value: unknown } => ({ value }),
  };

  constructor(readonly described: z.ZodType) {}
}
