import type { ProblemCode, ProblemDocument } from '#libs/problem-details';
import { violatedUnique } from '../database/database-errors.js';
import { ProblemError } from './problem-error.js';

/**
 * Awaits a write; throws the problem when the write violates the unique constraint of `column`
 * (`table.column`).
 */
export async function refuseDuplicate<Result>(
  write: Promise<Result>,
  column: string,
  code: ProblemCode,
  extras: Pick<ProblemDocument, 'detail' | 'errors'>,
): Promise<Result> {
  try {
    return await write;
  } catch (error) {
    if (violatedUnique(error) === column) throw new ProblemError(code, extras);
    throw error;
  }
}
