import type { OutgoingHttpHeaders } from 'node:http2';
import { fieldName, unbroken, type HeaderField } from '#libs/handshake';

/**
 * The fields of an answer in Node's form, without those of the connection. Node refuses several lines of some
 * fields: lines of a list may be joined (RFC 9110 §5.3), cookies are none.
 */
export function outgoingFields(fields: readonly HeaderField[]): OutgoingHttpHeaders {
  const joined: Record<string, string> = {};
  const cookies: string[] = [];
  for (const [name, value] of fields) {
    const { lower, isHopByHop, isToken } = fieldName(name);
    if (isHopByHop || !isToken || lower === 'http2-settings') continue;
    const text = unbroken(value);
    if (lower === 'set-cookie') cookies.push(text);
    else joined[lower] = lower in joined ? `${joined[lower]}, ${text}` : text;
  }
  return cookies.length === 0 ? joined : { ...joined, 'set-cookie': cookies };
}
