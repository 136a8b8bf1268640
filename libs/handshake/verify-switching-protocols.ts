import { acceptKey } from './accept-key.js';
import { parseExtensionList } from './extension-list.js';
import { headerValues, onlyHeaderValue } from './header-field.js';
import { hasToken } from './token-list.js';
import type { UpstreamAnswer } from './upstream-answer.js';

/** The values that were sent to the upstream. Its answer is checked against them. */
export interface SwitchingOffer {
  /** The value of `Sec-WebSocket-Key`. */
  key: string;
  /** The subprotocols that were sent to the upstream. */
  offeredProtocols: readonly string[];
  /** The names of the extensions that were sent to the upstream, in lower case. */
  offeredExtensions: readonly string[];
}

/** `detail` is for the log, not for the client. */
export type SwitchingVerdict = { ok: true } | { ok: false; code: 'upstream_bad_handshake'; detail: string };

/**
 * Returns whether RFC 6455 §4.1 (the last list) allows a client to accept this 101. Fields that describe a
 * body are ignored: a 1xx ends at its empty line (RFC 9112 §6.3).
 */
export function verifySwitchingProtocols(answer: UpstreamAnswer, offer: SwitchingOffer): SwitchingVerdict {
  const detail = problemWith(answer, offer);
  return detail === null ? { ok: true } : { ok: false, code: 'upstream_bad_handshake', detail };
}

function problemWith(answer: UpstreamAnswer, offer: SwitchingOffer): string | null {
  const { headers, statusCode } = answer;
  if (statusCode !== 101) return `the status is ${statusCode}, not 101`;
  if (onlyHeaderValue(headers, 'upgrade')?.toLowerCase() !== 'websocket') return 'Upgrade is not websocket';
  if (!hasToken(headerValues(headers, 'connection'), 'upgrade')) return 'Connection does not have Upgrade';
  const accept = onlyHeaderValue(headers, 'sec-websocket-accept');
  if (accept !== acceptKey(offer.key)) return 'Sec-WebSocket-Accept is not right';
  return protocolProblem(answer, offer) ?? extensionProblem(answer, offer);
}

function protocolProblem({ headers }: UpstreamAnswer, { offeredProtocols }: SwitchingOffer): string | null {
  const protocols = headerValues(headers, 'sec-websocket-protocol');
  if (protocols.length > 1) return 'more than one Sec-WebSocket-Protocol';
  const isOffered = protocols.every((protocol) => offeredProtocols.includes(protocol));
  return isOffered ? null : 'Sec-WebSocket-Protocol is none that was offered';
}

function extensionProblem({ headers }: UpstreamAnswer, { offeredExtensions }: SwitchingOffer): string | null {
  const accepted = parseExtensionList(headerValues(headers, 'sec-websocket-extensions'));
  if (accepted === null) return 'Sec-WebSocket-Extensions is malformed or too long';
  const isOffered = accepted.every(({ name }) => offeredExtensions.includes(name));
  return isOffered ? null : 'Sec-WebSocket-Extensions has one that was not offered';
}
