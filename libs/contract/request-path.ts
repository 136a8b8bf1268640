/** Longest path, in characters, that a route may match. */
export const maxRoutePathLength = 1024;

const unreserved = /^[A-Za-z0-9\-._~]$/;
// The characters of an RFC 3986 path, and those that clients send unencoded beside them: Chromium sends [ ] | in a path.
const pathCharacters = /^[A-Za-z0-9\-._~!$&'()*+,;=:@/%[\]|^]*$/;
const outsidePaths = /[[\]|^]/g;
const brokenPercentEncoding = /%(?![0-9A-Fa-f]{2})/;
const ambiguousEncoding = /%(?:2f|5c|00)/i;
// Over-long UTF-8 of an ASCII character (RFC 3629 §3): a loose decoder makes a dot or a slash of it, a strict one nothing.
const overlongEncoding = /%c[01]%[89ab]|%e0%[89]|%f0%8/i;
// Servers that take parameters off a segment before they remove dot segments see `..` in `..;a=b`, and nothing in `;a=b`.
const dotsWithParameter = /^\.{1,2}(?:;|%3B)/;
const emptyForSome = /^(?:$|;|%3B)/;
const needsNormalizing = /[%[\]|^]|\/\./;

export type NormalizedPath = { ok: true; path: string } | { ok: false; reason: string };

/**
 * Brings a path into the one form in which paths are compared: unreserved characters decoded, characters that do not
 * belong into a path encoded, other percent-encodings in upper case, dot segments removed (RFC 3986 §6.2.2). A path
 * whose meaning would still depend on who reads it is refused: one with an encoded slash, backslash or NUL, with
 * over-long UTF-8, with a parameter at a dot segment, or with a `..` behind an empty segment, which many servers merge
 * away before they go up. Empty segments (`//`) are kept otherwise.
 */
export function normalizePath(path: string): NormalizedPath {
  if (!path.startsWith('/')) return { ok: false, reason: 'the path does not start with "/"' };
  if (path.includes('\\')) return { ok: false, reason: 'the path has a backslash' };
  if (!pathCharacters.test(path)) {
    return { ok: false, reason: 'the path has a character that must be percent-encoded' };
  }
  if (!needsNormalizing.test(path)) return { ok: true, path };
  if (brokenPercentEncoding.test(path))
    return { ok: false, reason: 'the path has a broken percent-encoding' };
  if (ambiguousEncoding.test(path)) {
    return { ok: false, reason: 'the path has an encoded slash, backslash or NUL' };
  }
  if (overlongEncoding.test(path)) return { ok: false, reason: 'the path has over-long UTF-8' };
  const resolved = resolvePath(path);
  return resolved === null
    ? { ok: false, reason: 'the path has a dot segment that servers read in different ways' }
    : { ok: true, path: encodeOutsiders(resolved) };
}

/**
 * The path with unreserved characters decoded and dot segments removed, and with everything else as it is written;
 * null where a dot segment has no single meaning.
 * @param path one that `normalizePath` accepts
 */
export function resolvePath(path: string): string | null {
  return removeDotSegments(decodeUnreserved(path));
}

function encodeOutsiders(path: string): string {
  return path.replace(outsidePaths, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function decodeUnreserved(path: string): string {
  return path.replace(/%[0-9A-Fa-f]{2}/g, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    return unreserved.test(character) ? character : encoded.toUpperCase();
  });
}

// RFC 3986 §5.2.4, for a path that starts with "/"; null where another reader would end elsewhere.
function removeDotSegments(path: string): string | null {
  const kept: string[] = [];
  const segments = path.slice(1).split('/');
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    if (dotsWithParameter.test(segment)) return null;
    if (segment === '..' && emptyForSome.test(kept.pop() ?? 'root')) return null;
    if (segment !== '.' && segment !== '..') kept.push(segment);
    else if (isLast) kept.push('');
  }
  return `/${kept.join('/')}`;
}
