import type { z } from 'zod';
import type { SchemaIssue } from './field-problems.js';

export type SlicedResult<Value> = { value: Value; issues?: undefined } | { issues: readonly SchemaIssue[] };

/**
 * A Standard Schema (https://standardschema.dev) for large values that must be validated in slices. The
 * OpenAPI document describes it as `described`.
 */
export class SlicedSchema<Value> {
  readonly '~standard';

  constructor(
    readonly described: z.ZodType<Value>,
    validate: (value: unknown) => Promise<SlicedResult<Value>>,
  ) {
    this['~standard'] = { version: 1 as const, vendor: 'sluice', validate };
  }
}
