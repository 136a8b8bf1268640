export type OriginCheckResult = { ok: true } | { ok: false; code: 'origin_forbidden'; detail: string };

/** Longer than any origin of a page: a host has at most 253 characters (RFC 1035 §2.3.4). */
const maxOriginLength = 512;

const defaultPorts: Readonly<Record<string, string>> = { http: '80', https: '443', ws: '80', wss: '443' };

/**
 * Whether a page of this origin may connect (RFC 6455 §10.2). The list protects users of browsers, which
 * always send the origin. A request without one comes from another kind of client and is admitted.
 * @param allowedOrigins of the route; null admits every origin
 * @param origins every `Origin` field of the request
 */
export function checkOrigin(
  allowedOrigins: readonly string[] | null,
  origins: readonly string[],
): OriginCheckResult {
  const [origin, ...others] = origins;
  if (origin === undefined) return { ok: true };
  if (others.length > 0) return forbidden('the request has more than one Origin');
  if (allowedOrigins === null) return { ok: true };
  if (origin.length > maxOriginLength) return forbidden('the Origin is too long');
  const normalized = normalizeOrigin(origin);
  const isAllowed = allowedOrigins.some((pattern) => isMatch(normalizeOrigin(pattern), normalized));
  return isAllowed ? { ok: true } : forbidden('this origin is not in the list of the route');
}

/**
 * The part of an `Origin` that is needed to check it again while its connection lives. An `Origin` that is
 * too long for every list is cut, but still longer than the maximum.
 */
export function originToKeep(origin: string): string {
  return origin.slice(0, maxOriginLength + 1);
}

function forbidden(detail: string): OriginCheckResult {
  return { ok: false, code: 'origin_forbidden', detail };
}

// A browser leaves the default port out (RFC 6454 §6.2); a pattern may have it.
function normalizeOrigin(origin: string): string {
  const lower = origin.toLowerCase();
  const [, rest, scheme = '', port] = /^(([a-z0-9+.-]+):\/\/.*):([0-9]+)$/.exec(lower) ?? [];
  return rest !== undefined && port === defaultPorts[scheme] ? rest : lower;
}

// `https://*.example` matches one or more labels before `.example`, with the same scheme and port.
function isMatch(pattern: string, origin: string): boolean {
  const star = pattern.indexOf('://*.');
  if (star === -1) return pattern === origin;
  const scheme = pattern.slice(0, star + 3);
  const suffix = pattern.slice(star + 4);
  if (!origin.startsWith(scheme) || !origin.endsWith(suffix)) return false;
  const labels = origin.slice(scheme.length, -suffix.length);
  return /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/.test(labels);
}
