import { fieldName } from './field-problems.js';
import { ProblemError } from './problem-error.js';
import type { JsonFault } from './strict-json.js';

/**
 * The problem of a refused body: the position of the syntax error (`malformed_json`), or the refused values
 * (`validation_failed`).
 */
export function jsonProblem(text: string, faults: readonly JsonFault[]): ProblemError {
  const errors = faults.map(({ path, message }) => ({ field: fieldName(path.map(String)), message }));
  const first = faults.find(({ kind }) => kind === 'syntax');
  if (first === undefined) return new ProblemError('validation_failed', { errors });
  const { line, column } = positionOf(text, first.offset);
  const detail = `Line ${line}, column ${column}: ${first.message}.`;
  return new ProblemError('malformed_json', { detail, errors });
}

function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
