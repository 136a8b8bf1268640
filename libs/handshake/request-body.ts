import { headerValues, type HeaderField } from './header-field.js';
import { badHandshake, refuse, type RequestHead, type RequestRefusal } from './request-message.js';

/** How the end of a request's body is found (RFC 9112 §6.3). */
export type RequestBody = { kind: 'none' } | { kind: 'length'; bytes: number } | { kind: 'chunked' };

export type ReadRequestBody = { ok: true; body: RequestBody } | RequestRefusal;

const length = /^(?:0|[1-9][0-9]{0,14})$/;

/**
 * Reads how the body of an ordinary request is framed. It accepts only what all servers read alike:
 * one length or the chunked coding, never both, no other coding, and no coding in HTTP/1.0. Node's
 * parser has decoded the body by the same fields, and is laxer: it accepts other codings before
 * `chunked`, codings in HTTP/1.0, and versions other than 1.0 and 1.1. In HTTP/2, the end of the
 * stream ends the body: `hasEnded` is whether its head was all of it.
 */
export function readRequestBody(
  { method, httpVersion }: Pick<RequestHead, 'method' | 'httpVersion'>,
  headers: readonly HeaderField[],
  hasEnded = false,
): ReadRequestBody {
  if (httpVersion !== '2' && httpVersion !== '1.1' && httpVersion !== '1.0') {
    return badHandshake('the version must be HTTP/2, HTTP/1.1 or HTTP/1.0');
  }
  // It would show the client what the gateway adds to requests, and a script credentials that it
  // cannot read (RFC 9110 §9.3.8).
  if (method === 'TRACE') return refuse('method_not_allowed', 'the method TRACE is not forwarded');
  const codings = headerValues(headers, 'transfer-encoding');
  const lengths = headerValues(headers, 'content-length');
  if (codings.length > 0) {
    if (lengths.length > 0) return badHandshake('the body has both a length and a transfer coding');
    const isChunked = codings.length === 1 && codings[0]?.toLowerCase() === 'chunked';
    if (!isChunked || httpVersion === '1.0') return badHandshake('the transfer coding must be chunked');
    return { ok: true, body: { kind: 'chunked' } };
  }
  const [text] = lengths;
  if (text === undefined) {
    const isOpen = httpVersion === '2' && !hasEnded;
    return { ok: true, body: { kind: isOpen ? 'chunked' : 'none' } };
  }
  if (lengths.length > 1 || !length.test(text)) {
    return badHandshake('Content-Length must be one decimal number');
  }
  return { ok: true, body: { kind: 'length', bytes: Number(text) } };
}
