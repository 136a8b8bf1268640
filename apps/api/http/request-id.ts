import type { IncomingMessage } from 'node:http';
import { requestIdFrom } from '#libs/contract';

/**
 * The id of a request: the `X-Request-Id` that it came with if that is valid, or else a new one. The header
 * field then has it, so that every reader gets the same id.
 */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const id = requestIdFrom([request.headers['x-request-id'] ?? []].flat().join());
  request.headers['x-request-id'] = id;
  return id;
}
