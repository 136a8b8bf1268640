import { endToEndHeaders } from './end-to-end-headers.js';
import { fieldName } from './field-name.js';
import type { HeaderField } from './header-field.js';

/**
 * Returns the fields of an upstream's answer that are sent to the client: the end-to-end fields without
 * `Alt-Svc`. That field would move all clients of this host to a server that the upstream names (RFC 7838
 * §3).
 */
export function answerHeaders(headers: readonly HeaderField[]): HeaderField[] {
  return endToEndHeaders(headers).filter(([name]) => fieldName(name).lower !== 'alt-svc');
}
