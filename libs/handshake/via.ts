import { listElements } from './token-list.js';

/** The name of this gateway in `Via` while it does not know the id of its fleet. */
const defaultPseudonym = 'sluice';

/**
 * Returns the names of the hosts that have forwarded a request, from the values of `Via` (RFC 9110 §7.6.3),
 * in lower case and without ports. Returns null if a comment is not closed or is closed twice: a reader could
 * then take names for a part of a comment, and a client could hide the gateway's own entry in this way.
 * Entries are not validated otherwise, since many proxies omit the protocol.
 */
export function parseVia(values: readonly string[]): string[] | null {
  const names: string[] = [];
  for (const value of values) {
    const entries = withoutComments(value);
    if (entries === null) return null;
    const words = listElements([entries]).flatMap((entry) => entry.split(/[\t ]+/));
    names.push(...words.map((word) => word.replace(/:[0-9]*$/, '').toLowerCase()));
  }
  return names;
}

/**
 * Returns the value of `Via` for the next hop: the received entries, and an entry of this fleet for a request
 * of this version of HTTP.
 */
export function composeVia(received: readonly string[], fleetId: string | null, version = '1.1'): string {
  const entry = `${version} ${fleetId ?? defaultPseudonym}`;
  return received.length === 0 ? entry : [...received.filter((value) => value !== ''), entry].join(', ');
}

// Comments can be nested, and a backslash in a comment escapes the next character (RFC 9110 §5.6.5).
function withoutComments(value: string): string | null {
  let kept = '';
  let depth = 0;
  for (let index = 0; index < value.length; index += 1) {
    const character = value.charAt(index);
    if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (depth === 0) kept += character;
    else if (character === '\\') index += 1;
    if (depth < 0) return null;
    if (depth > 0 || character === ')') kept += kept.endsWith(' ') ? '' : ' ';
  }
  return depth === 0 ? kept : null;
}
