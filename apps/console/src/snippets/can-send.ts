import type { HeaderField } from '../parts/header-lines.js';
import type { SnippetKind } from './snippet-kinds.js';

/**
 * Whether a program of this kind can send the header field. A page cannot set any. nginx replaces variables
 * in a value, has no way to write a dollar, and does not send a field with an empty value.
 */
export function canSend(kind: SnippetKind, { name, value }: HeaderField): boolean {
  if (kind === 'browser') return false;
  return kind !== 'nginx' || (value !== '' && !`${name}${value}`.includes('$'));
}
