import type { ProblemCode } from '#libs/problem-details';
import { violatedUnique } from '../database/database-errors.js';
import type { FieldError } from './field-error.js';
import { ProblemError } from './problem-error.js';

/**
 * Awaits a write; throws the problem when the write violates the unique constraint of `column`
 * (`table.column`).
 */
export async function refuseDuplicate<Result>(
  write: Promise<Result>,
  column: string,
  code: ProblemCode,
  extras: { detail?: string; errors?: readonly FieldError[] },
): Promise<Result> {
  try {
    return await write;
  } catch (error) {
    if (violatedUnique(error) === column) throw new ProblemError(code, extras);
    throw error;
  }
}
