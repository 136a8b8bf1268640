import { endToEndHeaders } from './end-to-end-headers.js';
import { fieldName } from './field-name.js';
import type { HeaderField } from './header-field.js';

/** Changes the fields of an answer before they are sent to the client. */
export type ChangeAnswerHeaders = (headers: HeaderField[]) => HeaderField[];

/**
 * Returns the fields of an upstream's answer that are sent to the client: the end-to-end fields without
 * `Alt-Svc`, changed as the route says. `Alt-Svc` would move all clients of this host to a server that the
 * upstream names (RFC 7838 §3).
 */
export function answerHeaders(
  headers: readonly HeaderField[],
  change: ChangeAnswerHeaders | null,
): HeaderField[] {
  const fields = endToEndHeaders(headers).filter(([name]) => fieldName(name).lower !== 'alt-svc');
  return change === null ? fields : change(fields);
}
