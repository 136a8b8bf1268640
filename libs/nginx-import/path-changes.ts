/** How the path of a request is changed before it goes upstream. */
export interface PathChange {
  /** Whether the path of the location is taken off. */
  stripPrefix: boolean;
  /** The path that is put before the rest. */
  basePath: string;
}

export const unchanged: PathChange = { stripPrefix: false, basePath: '' };

/**
 * The change that the URI of a `proxy_pass` makes: nginx puts it in the place of the location's path,
 * character by character, while a route replaces whole segments. Null where the two differ.
 */
export function changeByUri(kind: 'exact' | 'prefix', path: string, uri: string): PathChange | null {
  if (kind === 'exact') return { stripPrefix: true, basePath: uri };
  const endsAlike = path.endsWith('/') === uri.endsWith('/');
  // `location /chat` with `http://upstream/` makes `//x` of `/chat/x`, which is never intended.
  if (!endsAlike && path.endsWith('/')) return null;
  const basePath = withoutTrailingSlash(uri);
  return path === '/' ? { stripPrefix: false, basePath } : { stripPrefix: true, basePath };
}

/**
 * The change that a `rewrite` makes, where it takes a prefix off the path, or puts one before it:
 * `^/chat/(.*)$ /base/$1`. Null for any other.
 */
export function changeByRewrite(path: string, expression: string, replacement: string): PathChange | null {
  const [, prefix, group] =
    /^\^((?:\/(?:[A-Za-z0-9_~-]|\\\.)+)*)(\(\/\.\*\)|\(\.\*\)|\/\(\.\*\)|\/\?\(\.\*\))\$?$/.exec(
      expression,
    ) ?? [];
  const base = /^([^$]*)\$1$/.exec(replacement)?.[1];
  if (prefix === undefined || group === undefined || base === undefined) return null;
  const taken = prefix.replaceAll('\\', '');
  if (taken !== '' && taken !== withoutTrailingSlash(path)) return null;
  // The slash before the rest is in the group, or in the replacement.
  const hasSlash = group.startsWith('(');
  if (!hasSlash && !base.endsWith('/')) return null;
  return { stripPrefix: taken !== '', basePath: withoutTrailingSlash(base) };
}

/** The path in the place of that of a location, without a slash at its end, after a rewrite. */
export function movedPath(path: string, { stripPrefix, basePath }: PathChange): string {
  return stripPrefix ? basePath : basePath + withoutTrailingSlash(path);
}

/**
 * The change of a route at `path`, whose requests continue in the location `into` with the path `to`, and are
 * changed there once more.
 */
export function changeAfterMove(path: string, to: string, into: string, inner: PathChange): PathChange {
  const rest = inner.stripPrefix ? to.slice(withoutTrailingSlash(into).length) : to;
  return { stripPrefix: path !== '/', basePath: inner.basePath + rest };
}

export function withoutTrailingSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
