import type { z } from 'zod';
import { fieldProblems } from './field-problems.js';
import { ProblemError } from './problem-error.js';
import { safeParse } from './safe-parse.js';

/** Validates a query with its schema; throws `invalid_request` with the wrong parameters. */
export function validQuery<Schema extends z.ZodType>(schema: Schema, query: unknown): z.output<Schema> {
  const result = safeParse(schema, query);
  if (result.success) return result.data;
  throw new ProblemError('invalid_request', { errors: fieldProblems(result.error.issues) });
}
