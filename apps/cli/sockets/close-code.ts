import { printable } from './printable.js';

// RFC 6455 §7.4.1 and the registry of IANA, "WebSocket Close Code Number".
const meanings = new Map([
  [1000, 'normal closure'],
  [1001, 'going away: the peer stops or leaves'],
  [1002, 'protocol error'],
  [1003, 'unsupported data'],
  [1005, 'a close frame without a code'],
  [1006, 'no close frame: the TCP connection ended'],
  [1007, 'invalid payload, like text that is not UTF-8'],
  [1008, 'policy violation'],
  [1009, 'message too big'],
  [1010, 'an extension is missing'],
  [1011, 'internal error'],
  [1012, 'service restart: connect again'],
  [1013, 'try again later'],
  [1014, 'bad gateway'],
  [1015, 'TLS handshake failed'],
]);

/** The end of a connection on one line: `closed 1008 key revoked (policy violation)`. */
export function closeLine(code: number, reason: string): string {
  return `closed ${code}${reason === '' ? '' : ` ${printable(reason)}`} (${meaningOf(code)})`;
}

function meaningOf(code: number): string {
  const meaning = meanings.get(code);
  if (meaning !== undefined) return meaning;
  if (code >= 4000) return 'private use: the application gives it its meaning';
  return code >= 3000 ? 'registered by a library or framework' : 'reserved';
}
