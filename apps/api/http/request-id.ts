import type { IncomingMessage } from 'node:http';
import { requestIdFrom } from '#libs/contract';

/**
 * The id of a request: its `X-Request-Id` if that is valid, or else a new one, which is written into the
 * header field, so that every later call returns the same id.
 */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const id = requestIdFrom([request.headers['x-request-id'] ?? []].flat().join());
  request.headers['x-request-id'] = id;
  return id;
}
