import { fieldName } from './field-name.js';
import { hasToken, trimWhiteSpace } from './token-list.js';
import type { RequestHead } from './request-message.js';

const lineEnd = '\r\n';
const endOfHead = '\r\n\r\n';
// A target in origin-form of visible ASCII without a fragment, as every client sends it (RFC 9112 §3.2.1).
const requestLine = /^GET (\/[!"$-~]*) HTTP\/1\.1$/;
// Lines of visible ASCII, spaces and obs-text. Tabs are excluded, because Node does not treat them as white
// space in all token lists.
const wholeHead = /^(?:[\x20-\x7e\x80-\xff]*\r\n)*$/;

/**
 * Reads the head of a request that asks for an upgrade (RFC 9112 §2 to §5). It accepts only the form that all
 * servers read alike: lines that end in CRLF, names that are tokens directly before their colon, no folded
 * lines, no control bytes and no body. It returns null for any other head, which Node's parser must then read
 * or refuse. `head` ends with the empty line.
 */
export function readRequestHead(head: Buffer): RequestHead | null {
  const text = head.toString('latin1');
  const endOfRequestLine = text.indexOf(lineEnd);
  const end = text.length - lineEnd.length;
  if (endOfRequestLine === -1 || !text.endsWith(endOfHead) || !wholeHead.test(text)) return null;
  const [, target] = requestLine.exec(text.slice(0, endOfRequestLine)) ?? [];
  if (target === undefined) return null;
  const rawHeaders: string[] = [];
  for (let at = endOfRequestLine + lineEnd.length; at < end;) {
    const endOfLine = text.indexOf(lineEnd, at);
    const colon = text.indexOf(':', at);
    if (colon === -1 || colon > endOfLine) return null;
    const { spelling, isToken } = fieldName(text.slice(at, colon));
    if (!isToken) return null;
    rawHeaders.push(spelling, trimWhiteSpace(text, colon + 1, endOfLine));
    at = endOfLine + lineEnd.length;
  }
  return asksForUpgrade(rawHeaders) ? { method: 'GET', httpVersion: '1.1', target, rawHeaders } : null;
}

function asksForUpgrade(rawHeaders: readonly string[]): boolean {
  let upgrades = 0;
  const connection: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const value = rawHeaders[index + 1] ?? '';
    switch (fieldName(rawHeaders[index] ?? '').lower) {
      case 'upgrade':
        if (value.toLowerCase() !== 'websocket') return false;
        upgrades += 1;
        break;
      case 'connection':
        connection.push(value);
        break;
      // These fields ask for something in addition to the upgrade, or give the request a body.
      case 'content-length':
      case 'transfer-encoding':
      case 'expect':
        return false;
    }
  }
  return upgrades === 1 && hasToken(connection, 'upgrade');
}
