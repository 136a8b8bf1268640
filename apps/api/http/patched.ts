import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { mergePatch } from '#libs/contract';
import { fieldProblems } from './field-problems.js';
import { ProblemError } from './problem-error.js';
import { writableFields } from './read-only-fields.js';
import { safeParse } from './safe-parse.js';

/**
 * Merges a patch into `current`, the fields of `resource` that may be written, and validates the whole; throws
 * `validation_failed`. A rule of the resource as a whole that it breaks already, since it was written before there was the
 * rule, is not held against a patch of something else.
 */
export function patched<Schema extends z.ZodObject>(
  schema: Schema,
  current: z.output<Schema>,
  patch: Record<string, unknown>,
  resource: object,
): z.output<Schema> {
  const merged = mergePatch(schema, current, writableFields(patch, schema, resource));
  const result = safeParse(schema, merged);
  if (result.success) return result.data;
  const known = safeParse(schema, current).error?.issues ?? [];
  const issues = result.error.issues.filter((issue) => !known.some((old) => isDeepStrictEqual(old, issue)));
  if (issues.length > 0) throw new ProblemError('validation_failed', { errors: fieldProblems(issues) });
  return withoutRules(schema).parse(merged);
}

function withoutRules<Schema extends z.ZodObject>(schema: Schema): Schema {
  return schema.clone({ ...schema.def, checks: [] });
}
