import type { z } from 'zod';
import { fieldProblems } from './field-problems.js';
import { ProblemError } from './problem-error.js';
import { writableFields } from './read-only-fields.js';
import { safeParse } from './safe-parse.js';

/**
 * The writable fields that a PUT declares, with their defaults; `resource` is the resource as it is shown,
 * null if it does not exist. Throws `validation_failed`.
 */
export function fieldsFromReplace<Schema extends z.ZodObject>(
  schema: Schema,
  body: Readonly<Record<string, unknown>>,
  resource: object | null,
): z.output<Schema> {
  const result = safeParse(schema, writableFields(body, schema, resource ?? {}));
  if (result.success) return result.data;
  throw new ProblemError('validation_failed', { errors: fieldProblems(result.error.issues) });
}
