import { headerFields, headerValues } from './header-field.js';
import { hasToken, isToken, trimWhiteSpace } from './token-list.js';
import type { RequestHead } from './upgrade-request.js';

// A target in origin-form of visible ASCII without a fragment, as every client sends it (RFC 9112 §3.2.1).
const requestLine = /^GET (\/[!"$-~]*) HTTP\/1\.1$/;
// Without tabs, which Node does not read as white space in lists of tokens everywhere.
const fieldValue = /^[\x20-\x7e\x80-\xff]*$/;

/** Fields that ask for something else beside an upgrade, or give the request a body. */
const refusedFields = ['content-length', 'transfer-encoding', 'expect'];

/**
 * Reads the head of a request that asks for an upgrade (RFC 9112 §2 to §5), in the one form that all servers read alike: lines that
 * end in CRLF, names that are tokens right before their colon, no folded lines, no control bytes, no body. Null for anything
 * else, which is for Node's parser to read, and to refuse. `head` ends with the empty line.
 */
export function readRequestHead(head: Buffer): RequestHead | null {
  const lines = head.toString('latin1').split('\r\n');
  // The empty line and what the split leaves behind it.
  if (lines.length < 3 || lines.pop() !== '' || lines.pop() !== '') return null;
  const [, target] = requestLine.exec(lines[0] ?? '') ?? [];
  if (target === undefined) return null;
  const rawHeaders: string[] = [];
  for (let index = 1; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon));
    if (!isToken(name) || !fieldValue.test(line)) return null;
    rawHeaders.push(name, trimWhiteSpace(line.slice(colon + 1)));
  }
  return asksForUpgrade(rawHeaders) ? { method: 'GET', httpVersion: '1.1', target, rawHeaders } : null;
}

function asksForUpgrade(rawHeaders: readonly string[]): boolean {
  const fields = headerFields(rawHeaders);
  if (refusedFields.some((name) => headerValues(fields, name).length > 0)) return false;
  const [upgrade = '', ...otherUpgrades] = headerValues(fields, 'upgrade');
  if (upgrade.toLowerCase() !== 'websocket' || otherUpgrades.length > 0) return false;
  return hasToken(headerValues(fields, 'connection'), 'upgrade');
}
