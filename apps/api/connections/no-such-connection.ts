import { ProblemError } from '../http/problem-error.js';

/** What is said of a connection that has ended, never was, or is another tenant's. */
export function noSuchConnection(): ProblemError {
  return new ProblemError('not_found', {
    detail: 'There is no such live connection.',
    errors: [{ field: 'connection', message: 'expected the id of a live connection' }],
  });
}
