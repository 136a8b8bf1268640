import type { IncomingHttpHeaders } from 'node:http';
import { splitOutsideQuotes } from '#libs/contract';

/**
 * Which addresses a request is said to have come from, the nearest last: the list of `X-Forwarded-For`, or, where
 * there is none, of `Forwarded` (RFC 7239 §4) in the same form. A hop that hides its address is `unknown`.
 */
export function forwardedFor(headers: IncomingHttpHeaders): string | undefined {
  const { 'x-forwarded-for': list = '', forwarded } = headers;
  const said = [list].flat().join(',');
  if (said.trim() !== '') return said;
  return forwarded === undefined
    ? undefined
    : splitOutsideQuotes(forwarded, ',').parts.map(forParameter).join(', ');
}

const hidden = 'unknown';
// name=value with a token or a quoted string (RFC 7239 §4), and, as many write it, an IPv6 address without quotes.
const pairPattern = /^\s*([!#$%&'*+.^_`|~0-9a-z-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s",;=]+))\s*$/i;

// One malformed pair hides the whole hop: with a quote that it leaves open a client would have the last word.
function forParameter(element: string): string {
  const pairs = splitOutsideQuotes(element, ';').parts.map((pair) => pairPattern.exec(pair));
  if (pairs.includes(null)) return hidden;
  const nodes = pairs.flatMap((pair) =>
    pair?.[1]?.toLowerCase() === 'for' ? [pair[2] ?? pair[3] ?? ''] : [],
  );
  const [node = ''] = nodes;
  // A comma would make two hops of one.
  return nodes.length === 1 && /^[^\s,\\]+$/.test(node) ? node : hidden;
}
