import type { z } from 'zod';
import { mergePatch } from '#libs/contract';
import { fieldProblems } from './field-problems.js';
import { ProblemError } from './problem-error.js';

/** Merges a patch into what is there and validates the whole; throws `validation_failed`. */
export function patched<Schema extends z.ZodObject>(
  schema: Schema,
  current: z.output<Schema>,
  patch: Record<string, unknown>,
): z.output<Schema> {
  const result = schema.safeParse(mergePatch(schema, current, patch));
  if (result.success) return result.data;
  throw new ProblemError('validation_failed', { errors: fieldProblems(result.error.issues) });
}
