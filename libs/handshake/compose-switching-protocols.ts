import { answerHeaders, type ChangeAnswerHeaders } from './answer-headers.js';
import { fieldName } from './field-name.js';
import type { HeaderField } from './header-field.js';
import { composeHead } from './message-head.js';
import type { UpstreamAnswer } from './upstream-answer.js';

export interface SwitchingProtocolsOptions {
  /** Replaces the upstream's subprotocol. */
  protocol?: string | undefined;
  changeHeaders?: ChangeAnswerHeaders | null;
}

/**
 * Composes the head of the 101 for the client, to be written as `latin1`. It contains new fields for the
 * connection and the upstream's end-to-end fields, without those that describe a body, which a 1xx must not
 * have (RFC 9110 §8.6, RFC 9112 §6.1). `protocol`, if given, replaces the upstream's subprotocol. It is
 * needed for a browser that offered only `sluice.key.…`: the browser fails a handshake that selects no
 * subprotocol, although the upstream was offered none.
 */
export function composeSwitchingProtocols(
  answer: UpstreamAnswer,
  { protocol, changeHeaders = null }: SwitchingProtocolsOptions = {},
): string {
  const fields: HeaderField[] = [
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ...switchedFields(answer, { protocol, changeHeaders }),
  ];
  return composeHead('HTTP/1.1 101 Switching Protocols', fields);
}

/** The end-to-end fields of that answer, which a stream of HTTP/2 gets with its 200. */
export function switchedFields(
  answer: UpstreamAnswer,
  { protocol, changeHeaders = null }: SwitchingProtocolsOptions = {},
): HeaderField[] {
  const fields: HeaderField[] = [];
  for (const field of answerHeaders(answer.headers, changeHeaders)) {
    const { lower } = fieldName(field[0]);
    if (lower === 'content-length') continue;
    if (protocol === undefined || lower !== 'sec-websocket-protocol') fields.push(field);
  }
  if (protocol !== undefined) fields.push(['Sec-WebSocket-Protocol', protocol]);
  return fields;
}
