import { endToEndHeaders } from './end-to-end-headers.js';
import { fieldName } from './field-name.js';
import type { HeaderField } from './header-field.js';

/**
 * The fields of an upstream's answer that go to the client: the end-to-end ones without `Alt-Svc`, which would move the
 * clients of everybody on this host to a server that the upstream names (RFC 7838 §3).
 */
export function answerHeaders(headers: readonly HeaderField[]): HeaderField[] {
  return endToEndHeaders(headers).filter(([name]) => fieldName(name).lower !== 'alt-svc');
}
