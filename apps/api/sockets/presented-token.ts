import type { IncomingHttpHeaders } from 'node:http';
import { bearerToken } from '../authentication/bearer-token.js';

const tokenPrefix = 'sluice.token.';

/**
 * The token of an upgrade: in `Authorization`, or in an offered subprotocol `sluice.token.…`, since a browser
 * cannot set that header field; never in the URL, since URLs are written to logs and histories.
 */
export function presentedToken(headers: IncomingHttpHeaders): string | null {
  const { authorization, 'sec-websocket-protocol': offered = '' } = headers;
  const protocols = offered.split(',').map((protocol) => protocol.trim());
  const carrier = protocols.find((protocol) => protocol.startsWith(tokenPrefix));
  return bearerToken(authorization) ?? carrier?.slice(tokenPrefix.length) ?? null;
}
