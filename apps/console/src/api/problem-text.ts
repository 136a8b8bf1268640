import type { Text } from '../messages/language.js';
import { ApiError } from './client.js';
import { fieldErrorText } from './field-error-text.js';

/** The text of an error for users. */
export function problemText(error: unknown, t: Text): string {
  if (!(error instanceof ApiError)) return t('problem.unexpected');
  if (error.problem === null) return t('problem.unreachable');
  const { title, detail, errors = [] } = error.problem;
  const fields = errors.map((error) => `${error.field}: ${fieldErrorText(error, t)}`);
  return [detail ?? title, ...fields].join(' ');
}
