import { isToken, trimWhiteSpace } from './token-list.js';

/** The maximum number of subprotocols that one request may offer. */
export const maxOfferedProtocols = 32;

/** The subprotocols that `Sec-WebSocket-Protocol` offers; null unless they are different tokens. */
export function readProtocols(values: readonly string[]): string[] | null {
  if (values.length === 0) return [];
  const protocols = values.flatMap((value) => value.split(',')).map((protocol) => trimWhiteSpace(protocol));
  const isOffer =
    protocols.length <= maxOfferedProtocols &&
    protocols.every((protocol) => isToken(protocol)) &&
    new Set(protocols).size === protocols.length;
  return isOffer ? protocols : null;
}
