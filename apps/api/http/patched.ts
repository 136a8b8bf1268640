import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { mergePatch } from '#libs/contract';
import { fieldProblems } from './field-problems.js';
import { ProblemError } from './problem-error.js';
import { writableFields } from './read-only-fields.js';
import { safeParse } from './safe-parse.js';

/**
 * Merges a patch into `current`, the fields of `resource` that may be written, and validates the whole; throws
 * `validation_failed`. What breaks a rule already, since it was written before there was the rule, is not held against a
 * patch of something else: `stored` has the fields as older versions took them, and the rules of the whole.
 */
export function patched<Schema extends z.ZodObject>(
  schema: Schema,
  current: z.output<Schema>,
  patch: Record<string, unknown>,
  resource: object,
  stored: NoInfer<Schema> = schema,
): z.output<Schema> {
  const merged = mergePatch(schema, current, writableFields(patch, schema, resource));
  const result = safeParse(schema, merged);
  if (result.success) return result.data;
  for (const candidate of [schema, stored]) {
    const issues = newIssues(candidate, current, merged);
    if (issues.length > 0) throw invalid(issues);
  }
  const old = safeParse(withoutRules(stored), merged);
  if (old.success) return old.data;
  throw invalid(old.error.issues);
}

function newIssues(schema: z.ZodObject, current: unknown, merged: unknown): z.core.$ZodIssue[] {
  const known = safeParse(schema, current).error?.issues ?? [];
  const issues = safeParse(schema, merged).error?.issues ?? [];
  return issues.filter((issue) => !known.some((one) => isDeepStrictEqual(one, issue)));
}

function invalid(issues: readonly z.core.$ZodIssue[]): ProblemError {
  return new ProblemError('validation_failed', { errors: fieldProblems(issues) });
}

function withoutRules<Schema extends z.ZodObject>(schema: Schema): Schema {
  return schema.clone({ ...schema.def, checks: [] });
}
