import type { RequestHandler } from 'express';
import { ProblemError } from './problem-error.js';

const requestFields = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'Prefer',
  'X-Request-Id',
];
/** The fields of answers that a page may read besides those that the Fetch standard always exposes. */
const exposedFields = [
  ...['Accept-Patch', 'Allow', 'ETag', 'Idempotency-Replayed', 'Location', 'Preference-Applied'],
  ...['Retry-After', 'Sluice-Gateways-Behind', 'Sluice-Revision', 'Sluice-Warning', 'X-Request-Id'],
];
const maxAgeSeconds = 600;

/**
 * Allows pages of these origins to call the API (CORS, Fetch standard §3.3), and answers their preflights.
 * Credentials of the browser are never allowed: a page sends its token itself. Does nothing without origins.
 *
 * The package `cors`, which NestJS uses, answers every OPTIONS request, also one that is not a preflight.
 */
export function allowOrigins(
  origins: readonly string[],
  methodsOf: (path: string) => readonly string[],
): RequestHandler {
  const allowed = new Set(origins);
  return ({ method, path, headers }, response, next) => {
    if (allowed.size === 0) {
      next();
      return;
    }
    response.vary('Origin');
    const { origin } = headers;
    if (origin === undefined || !allowed.has(origin)) {
      next();
      return;
    }
    response.set('Access-Control-Allow-Origin', origin);
    response.set('Access-Control-Expose-Headers', exposedFields.join(', '));
    const methods = methodsOf(path);
    const isPreflight = method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
    if (!isPreflight || methods.length === 0) {
      next();
      return;
    }
    response.set('Access-Control-Allow-Methods', methods.join(', '));
    response.set('Access-Control-Allow-Headers', requestFields.join(', '));
    response.set('Access-Control-Max-Age', String(maxAgeSeconds));
    response.status(204).end();
  };
}

type OriginFields = { origin?: string | undefined; host?: string | undefined };

/**
 * Throws `origin_forbidden` for a WebSocket that a page of another origin opens: browsers do not apply CORS
 * to WebSockets. A request without `Origin` does not come from a page, and a page of the same host is
 * allowed.
 */
export function requireAllowedOrigin(fields: OriginFields, origins: readonly string[]): void {
  const { origin } = fields;
  if (origin === undefined || origins.includes(origin) || isOwnOrigin(fields)) return;
  throw new ProblemError('origin_forbidden', {
    detail: 'SLUICE_API_CORS_ORIGINS does not name the origin of this page.',
  });
}

/** Throws `origin_forbidden` unless the request comes from a page of the same host. */
export function requireOwnOrigin(fields: OriginFields): void {
  if (isOwnOrigin(fields)) return;
  throw new ProblemError('origin_forbidden', {
    detail: 'With a session of the console, only pages of this API may change something or open a WebSocket.',
  });
}

function isOwnOrigin({ origin, host }: OriginFields): boolean {
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}
