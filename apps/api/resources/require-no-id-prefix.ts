import { beginsLikeId, idPrefixes } from '#libs/contract';
import { ProblemError } from '../http/problem-error.js';

interface NewName {
  kind: 'route' | 'apiKey';
  name: string;
  /** The name until now; null for a new resource. */
  before: string | null;
  /** The path of the name in the request. */
  field?: string;
}

/**
 * Throws `validation_failed` for a new name that begins like the ids of its kind: in a path, such a name
 * would be taken for a mistyped id. Names that were given before this rule are kept.
 */
export function requireNoIdPrefix({ kind, name, before, field = 'name' }: NewName): void {
  if (name === before || !beginsLikeId(kind, name)) return;
  const message = `a name cannot begin with "${idPrefixes[kind]}_", as ids do`;
  throw new ProblemError('validation_failed', { errors: [{ field, code: 'form_of_an_id', message }] });
}
