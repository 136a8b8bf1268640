import { headerValues, type HeaderField } from './header-field.js';
import { badHandshake, refuse, type RequestHead, type RequestRefusal } from './request-message.js';

/** How the end of a request's body is found (RFC 9112 §6.3). */
export type RequestBody = { kind: 'none' } | { kind: 'length'; bytes: number } | { kind: 'chunked' };

export type ReadRequestBody = { ok: true; body: RequestBody } | RequestRefusal;

const length = /^(?:0|[1-9][0-9]{0,14})$/;

/** The values of the fields that frame a body. */
export interface FramingFields {
  codings: readonly string[];
  lengths: readonly string[];
}

/**
 * Reads how the body of an ordinary request is framed, from its fields. In HTTP/2, the end of the stream ends
 * the body: `hasEnded` is whether its head was all of it.
 */
export function readRequestBody(
  head: Pick<RequestHead, 'method' | 'httpVersion'>,
  headers: readonly HeaderField[],
  hasEnded = false,
): ReadRequestBody {
  const codings = headerValues(headers, 'transfer-encoding');
  const lengths = headerValues(headers, 'content-length');
  return frameRequestBody(head, { codings, lengths }, hasEnded);
}

/**
 * Accepts only what all servers read alike: one length or the chunked coding, never both, no other coding,
 * and no coding in HTTP/1.0.
 */
export function frameRequestBody(
  { method, httpVersion }: Pick<RequestHead, 'method' | 'httpVersion'>,
  { codings, lengths }: FramingFields,
  hasEnded = false,
): ReadRequestBody {
  if (httpVersion !== '2' && httpVersion !== '1.1' && httpVersion !== '1.0') {
    return badHandshake('the version must be HTTP/2, HTTP/1.1 or HTTP/1.0');
  }
  // It would show the client what the gateway adds to requests, and a script credentials that it
  // cannot read (RFC 9110 §9.3.8).
  if (method === 'TRACE') return refuse('method_not_allowed', 'the method TRACE is not forwarded');
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
