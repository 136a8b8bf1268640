import { STATUS_CODES } from 'node:http';
import { composeProblem } from './compose-refusal.js';
import { requestIdFrom } from '#libs/contract';
import { headerFields, onlyHeaderValue } from './header-field.js';
import { composeHead } from './message-head.js';
import type { RequestHead } from './request-message.js';

/** Composes the answer to an ordinary request that no route forwards. It closes the connection. */
export function composeNoUpgrade({ method, rawHeaders }: RequestHead): Buffer {
  const requestId = requestIdFrom(onlyHeaderValue(headerFields(rawHeaders), 'x-request-id'));
  const detail = 'Upgrade: websocket is required';
  const { status, fields, body } = composeProblem('bad_handshake', { requestId, detail });
  const head = composeHead(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, [
    ...fields,
    ['Connection', 'close'],
    ['Date', new Date().toUTCString()],
  ]);
  const bytes = Buffer.from(head, 'latin1');
  return method === 'HEAD' ? bytes : Buffer.concat([bytes, body]);
}
