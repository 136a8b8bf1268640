import { hasFormOfId } from '#libs/contract';
import { ProblemError } from '../http/problem-error.js';

/** The name in a body, and the one in its path. */
export interface NameInRequest {
  field: 'name' | 'slug';
  /** Undefined or empty: the body has none. */
  inBody: string | undefined;
  /** The id or the name in the path. */
  reference: string;
}

/**
 * The name that a PUT declares: that of the body if the path has an id, and that of the path otherwise, so
 * that a repetition finds the same resource. Throws `validation_failed` if the body has another name.
 */
export function declaredName({ field, inBody = '', reference }: NameInRequest): string {
  if (hasFormOfId(reference)) return inBody;
  if (inBody === '' || inBody === reference) return reference;
  const message = `differs from "${reference}" in the path; to rename it, put its id into the path`;
  throw new ProblemError('validation_failed', { errors: [{ field, message }] });
}
