import type { IncomingHttpHeaders } from 'node:http';
import { splitOutsideQuotes } from '#libs/contract';

/**
 * The reported addresses on the path of a request, the nearest last: the list of `X-Forwarded-For`, or,
 * without it, of `Forwarded` (RFC 7239 §4) in the same form. A hop that hides its address is `unknown`.
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
// name=value with a token or a quoted string (RFC 7239 §4), or, as many servers write it, an IPv6 address
// without quotes.
const pairPattern = /^\s*([!#$%&'*+.^_`|~0-9a-z-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s",;=]+))\s*$/i;

// A malformed pair invalidates the whole hop. Otherwise a client could cut the list short with an unclosed
// quote.
function forParameter(element: string): string {
  const pairs = splitOutsideQuotes(element, ';').parts.map((pair) => pairPattern.exec(pair));
  if (pairs.includes(null)) return hidden;
  const nodes = pairs.flatMap((pair) =>
    pair?.[1]?.toLowerCase() === 'for' ? [pair[2] ?? pair[3] ?? ''] : [],
  );
  const [node = ''] = nodes;
  // A comma would split the hop in two.
  return nodes.length === 1 && /^[^\s,\\]+$/.test(node) ? node : hidden;
}
