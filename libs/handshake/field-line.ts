import { fieldName } from './field-name.js';
import type { HeaderField } from './header-field.js';
import { trimWhiteSpace } from './token-list.js';

/**
 * Reads a line of a head or of trailers, without its CRLF (RFC 9112 §5). Returns null if it is no field: the
 * name must be a token directly before the colon. The line must have no control bytes other than tabs.
 */
export function readFieldLine(line: string): HeaderField | null {
  const colon = line.indexOf(':');
  if (colon === -1) return null;
  const { spelling, isToken } = fieldName(line.slice(0, colon));
  return isToken ? [spelling, trimWhiteSpace(line, colon + 1)] : null;
}
