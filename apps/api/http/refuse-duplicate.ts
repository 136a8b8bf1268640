import type { ProblemCode, ProblemDocument } from '#libs/problem-details';
import { violatedUnique } from '../database/database-errors.js';
import { ProblemError } from './problem-error.js';

/** Awaits a write; when the database refuses it because `column` (`table.column`) is unique, throws the problem. */
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
