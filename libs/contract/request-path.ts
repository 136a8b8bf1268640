/** Longest path, in characters, that a route may match. */
export const maxRoutePathLength = 1024;

const unreserved = /^[A-Za-z0-9\-._~]$/;
// The characters of an RFC 3986 path; anything else must arrive percent-encoded.
const pathCharacters = /^[A-Za-z0-9\-._~!$&'()*+,;=:@/%]*$/;
const validPercentEncoding = /%(?![0-9A-Fa-f]{2})/;
const ambiguousEncoding = /%(?:2f|5c|00)/i;
const needsNormalizing = /%|\/\./;

export type NormalizedPath = { ok: true; path: string } | { ok: false; reason: string };

/**
 * Brings a path into the one form in which paths are compared: unreserved characters decoded, other
 * percent-encodings in upper case, dot segments removed (RFC 3986 §6.2.2). A path whose meaning would still
 * depend on who reads it (encoded slash, backslash, NUL) is refused. Empty segments (`//`) are kept.
 */
export function normalizePath(path: string): NormalizedPath {
  if (!path.startsWith('/')) return { ok: false, reason: 'the path does not start with "/"' };
  if (path.includes('\\')) return { ok: false, reason: 'the path has a backslash' };
  if (!pathCharacters.test(path)) {
    return { ok: false, reason: 'the path has a character that must be percent-encoded' };
  }
  if (!needsNormalizing.test(path)) return { ok: true, path };
  if (validPercentEncoding.test(path)) return { ok: false, reason: 'the path has a broken percent-encoding' };
  if (ambiguousEncoding.test(path)) {
    return { ok: false, reason: 'the path has an encoded slash, backslash or NUL' };
  }
  return { ok: true, path: removeDotSegments(decodeUnreserved(path)) };
}

function decodeUnreserved(path: string): string {
  return path.replace(/%[0-9A-Fa-f]{2}/g, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    return unreserved.test(character) ? character : encoded.toUpperCase();
  });
}

// RFC 3986 §5.2.4, for a path that starts with "/".
function removeDotSegments(path: string): string {
  const kept: string[] = [];
  const segments = path.slice(1).split('/');
  segments.forEach((segment, index) => {
    const isLast = index === segments.length - 1;
    if (segment === '..') kept.pop();
    if (segment !== '.' && segment !== '..') kept.push(segment);
    else if (isLast) kept.push('');
  });
  return `/${kept.join('/')}`;
}
