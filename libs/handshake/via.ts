import { listElements } from './token-list.js';

/** What this gateway calls itself in `Via` while it does not know the id of its fleet. */
const defaultPseudonym = 'sluice';

/**
 * The names of those that have passed a request on, from the values of `Via` (RFC 9110 §7.6.3), in lower case and without
 * ports. Null where a comment is left open or closed twice, so that a reader could take names for a part of a comment: with that a
 * client could hide the gateway's own entry. Entries are not judged otherwise, since many proxies leave the protocol out.
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

/** The value of `Via` for the next hop: what was received, and an entry of this fleet for a request over HTTP/1.1. */
export function composeVia(received: readonly string[], fleetId: string | null): string {
  return [...received.filter((value) => value !== ''), `1.1 ${fleetId ?? defaultPseudonym}`].join(', ');
}

// Comments nest, and a backslash in one takes the meaning from the next character (RFC 9110 §5.6.5).
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
