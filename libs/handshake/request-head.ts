import { METHODS } from 'node:http';
import { fieldName } from './field-name.js';
import { frameRequestBody, type ReadRequestBody } from './request-body.js';
import { hasToken, trimWhiteSpace } from './token-list.js';
import type { RequestHead } from './request-message.js';

/** The head of a request, and what its connection has to know of it. */
export interface ReceivedHead {
  head: RequestHead;
  /** The values of `Upgrade`, if the request asks for one; null otherwise. */
  upgrade: readonly string[] | null;
  /** Whether the client may send a further request on the connection. */
  isPersistent: boolean;
  /** The value of `Expect`. */
  expect: string | undefined;
  body: ReadRequestBody;
}

const lineEnd = '\r\n';
const endOfHead = '\r\n\r\n';
// The parsers of other servers know no further methods.
const methods: ReadonlySet<string> = new Set(METHODS.filter((method) => method !== 'CONNECT'));
// Whether a target in absolute-form is valid is decided by its parser.
const requestLine =
  /^([A-Z-]+) (\/[!-~]*|\*|[A-Za-z]+:\/\/[\w.~!$&'()*+,;=:@%[\]-]+(?:[/?][!-~]*)?) HTTP\/(1\.[01])$/;
// Lines of visible ASCII, white space and obs-text.
const wholeHead = /^(?:[\t\x20-\x7e\x80-\xff]*\r\n)*$/;

/**
 * Reads the head of a request (RFC 9112 §2 to §5). It accepts only the form that all servers read alike:
 * lines that end in CRLF, single spaces in the request line, names that are tokens directly before their
 * colon, no folded lines, no control bytes and at most one valid length. It returns null for any other head.
 * `head` ends with the empty line.
 */
export function readRequestHead(head: Buffer): ReceivedHead | null {
  const text = head.toString('latin1');
  const endOfRequestLine = text.indexOf(lineEnd);
  const end = text.length - lineEnd.length;
  if (endOfRequestLine === -1 || !text.endsWith(endOfHead) || !wholeHead.test(text)) return null;
  const [, method, target, version] = requestLine.exec(text.slice(0, endOfRequestLine)) ?? [];
  if (method === undefined || target === undefined || version === undefined) return null;
  if (!methods.has(method)) return null;
  const rawHeaders: string[] = [];
  const connection = new ConnectionFields();
  for (let at = endOfRequestLine + lineEnd.length; at < end;) {
    const endOfLine = text.indexOf(lineEnd, at);
    const colon = text.indexOf(':', at);
    if (colon === -1 || colon > endOfLine) return null;
    const { spelling, lower, isToken } = fieldName(text.slice(at, colon));
    if (!isToken) return null;
    const value = trimWhiteSpace(text, colon + 1, endOfLine);
    rawHeaders.push(spelling, value);
    connection.take(lower, value);
    at = endOfLine + lineEnd.length;
  }
  return connection.complete({ method, httpVersion: version, target, rawHeaders });
}

const none: readonly string[] = [];

/** The values of the fields that concern the connection of a request. Most requests have few of them. */
class ConnectionFields {
  #options: string[] | null = null;
  #upgrades: string[] | null = null;
  #lengths: string[] | null = null;
  #codings: string[] | null = null;
  #expect: string | undefined;

  take(name: string, value: string): void {
    switch (name) {
      case 'connection':
        (this.#options ??= []).push(value);
        break;
      case 'upgrade':
        if (value !== '') (this.#upgrades ??= []).push(value);
        break;
      case 'content-length':
        (this.#lengths ??= []).push(value);
        break;
      case 'transfer-encoding':
        (this.#codings ??= []).push(value);
        break;
      case 'expect':
        this.#expect ??= value;
        break;
    }
  }

  complete(head: RequestHead): ReceivedHead | null {
    const options = this.#options ?? none;
    const lengths = this.#lengths ?? none;
    const body = frameRequestBody(head, { codings: this.#codings ?? none, lengths });
    if (lengths.length > 0 && !body.ok && body.code === 'bad_handshake') return null;
    return {
      head,
      upgrade: this.#upgrades !== null && hasToken(options, 'upgrade') ? this.#upgrades : null,
      // What follows a body that is framed badly is no request. A connection of HTTP/1.0 is not kept.
      isPersistent: head.httpVersion === '1.1' && body.ok && !hasToken(options, 'close'),
      expect: this.#expect,
      body,
    };
  }
}
