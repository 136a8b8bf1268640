import type { HeaderField } from '../parts/header-lines.js';
import type { Snapshot } from './conversation.js';
import type { Handshake } from './credential.js';
import { isSecretField } from './secret-field.js';
import type { HandshakeAnswer } from './test-link.js';

/**
 * The request of a handshake as a browser or the API sends it. A page sees no header fields, so the fields
 * that only the browser knows are left out. Credentials are cut off.
 */
export function requestText({ url, subprotocols, headers }: Handshake, origin: string): string {
  const { host, pathname, search } = new URL(url);
  const lines = [
    `GET ${pathname}${withoutKey(search)} HTTP/1.1`,
    `Host: ${host}`,
    ...(headers === null ? [`Origin: ${origin}`] : headers.map(fieldLine)),
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: …',
    ...(headers === null ? ['Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits'] : []),
  ];
  if (subprotocols.length > 0) {
    lines.push(`Sec-WebSocket-Protocol: ${subprotocols.map(shortened).join(', ')}`);
  }
  return lines.join('\n');
}

/** The answer that opened the connection, with the fields that a page can see. */
export function acceptanceText({ subprotocol, extensions }: Snapshot): string {
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket'];
  if (subprotocol !== '') lines.push(`Sec-WebSocket-Protocol: ${shortened(subprotocol)}`);
  if (extensions !== '') lines.push(`Sec-WebSocket-Extensions: ${extensions}`);
  return lines.join('\n');
}

/** The whole answer, as the API received it. */
export function answerText({ status, headers, body }: HandshakeAnswer): string {
  const lines = [`HTTP/1.1 ${status}`, ...headers.map(({ name, value }) => `${name}: ${value}`)];
  return [...lines, ...(body === null ? [] : ['', body])].join('\n');
}

/** The answer of a gateway that refuses, as it has explained it. */
export function refusalText({ status, code, detail }: Refusal): string {
  const problem = { status, code, ...(detail !== null && { detail }) };
  return `HTTP/1.1 ${status}\nContent-Type: application/problem+json\n\n${JSON.stringify(problem, null, 2)}`;
}

interface Refusal {
  status: number;
  code: string | null;
  detail: string | null;
}

/** A subprotocol without the secret that it carries. */
export function shortened(subprotocol: string): string {
  return subprotocol.replace(/^(sluice\.(?:key|ticket)\.\w{1,8}).*/, '$1…');
}

function fieldLine(field: HeaderField): string {
  const { name, value } = field;
  return `${name}: ${isSecretField(field) ? value.replace(/^((?:\w+ )?.{0,8}).*/, '$1…') : value}`;
}

function withoutKey(query: string): string {
  return query.replaceAll(/([?&]api_key=[^&]{0,8})[^&]*/g, '$1…');
}
