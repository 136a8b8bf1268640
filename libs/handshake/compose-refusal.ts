import { STATUS_CODES } from 'node:http';
import { newId, requestIdHeader } from '#libs/contract';
import {
  problemDocument,
  problemMediaType,
  problems,
  type ProblemDocument,
  type RefusalCode,
} from '#libs/problem-details';
import type { HeaderField } from './header-field.js';
import { composeHead } from './message-head.js';

export interface RefusalExtras {
  /** A new id by default. */
  requestId?: string | undefined;
  /** Safe to show to the client. */
  detail?: string | undefined;
  /** The limit that was reached; set with `connection_limit`, `connect_rate` and `usage_quota`. */
  limit?: string | undefined;
  retryAfterSeconds?: number | undefined;
}

/** An answer with a problem document, without the fields of the connection. */
export interface ProblemAnswer {
  status: number;
  fields: HeaderField[];
  body: Buffer;
}

/**
 * Composes a complete HTTP/1.1 response that refuses the WebSocket. Its problem+json body states the reason,
 * and the response closes the connection.
 */
export function composeRefusal(code: RefusalCode, extras: RefusalExtras = {}): Buffer {
  const { status, fields, body } = composeDocument(code, extras);
  const head = composeHead(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, [
    ['Date', new Date().toUTCString()],
    ...fields,
    ...statusHeaders(status),
    ...retryHeaders(extras.retryAfterSeconds),
  ]);
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}

/** Composes the answer to a request whose connection may stay open: an ordinary one, or a stream. */
export function composeProblem(code: RefusalCode, extras: RefusalExtras): ProblemAnswer {
  const { status, fields, body } = composeDocument(code, extras);
  if (status === 401) fields.push(['WWW-Authenticate', 'Bearer']);
  if (status === 426) fields.push(['Sec-WebSocket-Version', '13']);
  if (status === 405) fields.push(['Allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS']);
  fields.push(...retryHeaders(extras.retryAfterSeconds));
  return { status, fields, body };
}

function composeDocument(code: RefusalCode, extras: RefusalExtras): ProblemAnswer {
  const { status } = problems[code];
  const { requestId = newId('request') } = extras;
  const document = problemDocument(code, { requestId, ...documentExtras(extras) });
  const body = Buffer.from(JSON.stringify(document));
  const fields: HeaderField[] = [
    ['Content-Type', problemMediaType],
    ['Content-Length', String(body.length)],
    ['Cache-Control', 'no-store'],
    [requestIdHeader, requestId],
  ];
  return { status, fields, body };
}

function documentExtras({ detail, limit }: RefusalExtras): Pick<ProblemDocument, 'detail' | 'limit'> {
  return { ...(detail === undefined ? {} : { detail }), ...(limit === undefined ? {} : { limit }) };
}

// A 426 must name the required protocol in Upgrade (RFC 9110 §15.5.22), and Connection must name Upgrade
// (§7.8).
function statusHeaders(status: number): HeaderField[] {
  if (status === 426) {
    return [
      ['Sec-WebSocket-Version', '13'],
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade, close'],
    ];
  }
  if (status !== 401) return [['Connection', 'close']];
  return [
    ['WWW-Authenticate', 'Bearer'],
    ['Connection', 'close'],
  ];
}

function retryHeaders(seconds: number | undefined): HeaderField[] {
  return seconds === undefined ? [] : [['Retry-After', String(Math.max(0, Math.ceil(seconds)))]];
}
