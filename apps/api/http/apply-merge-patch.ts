import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { mergePatch } from '#libs/contract';
import { fieldProblems } from './field-problems.js';
import { ProblemError } from './problem-error.js';
import { writableFields } from './read-only-fields.js';
import { safeParse } from './safe-parse.js';

/**
 * Merges a patch into `current`, the writable fields of `resource`, and validates the result; throws
 * `validation_failed`. Stored fields that violate a newer rule do not fail a patch of other fields: `stored`
 * is the schema of fields as older versions accepted them, with the rules for all fields.
 */
export function applyMergePatch<Schema extends z.ZodObject>(
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
  return issues.filter((issue) => !known.some((other) => isSameIssue(other, issue)));
}

// The input of a rule for several fields changes with each of them, also with those that do not break it.
function isSameIssue(one: z.core.$ZodIssue, other: z.core.$ZodIssue): boolean {
  return isDeepStrictEqual({ ...one, input: undefined }, { ...other, input: undefined });
}

function invalid(issues: readonly z.core.$ZodIssue[]): ProblemError {
  return new ProblemError('validation_failed', { errors: fieldProblems(issues) });
}

function withoutRules<Schema extends z.ZodObject>(schema: Schema): Schema {
  return schema.clone({ ...schema.def, checks: [] });
}
