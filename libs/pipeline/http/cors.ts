import type { PublishedRoute, RouteCors } from '#libs/contract';
import {
  hasToken,
  onlyHeaderValue,
  type ChangeAnswerHeaders,
  type HeaderField,
  type RequestHead,
  type RequestMessage,
} from '#libs/handshake';

type Asking = Pick<RequestMessage, 'origins' | 'headers'>;
type SharedRoute = Pick<PublishedRoute, 'allowedOrigins'> & { cors: RouteCors };

const maxRequestedHeaders = 4096;

/** Whether a route answers requests of pages of other origins itself. */
export function hasCors<Route extends Pick<PublishedRoute, 'cors'>>(
  route: Route,
): route is Route & { cors: RouteCors } {
  return route.cors !== null;
}

/** Whether a browser asks by this request whether it may send another one (Fetch §3.3.2). */
export function isPreflight({ method }: Pick<RequestHead, 'method'>, { origins, headers }: Asking): boolean {
  if (method !== 'OPTIONS' || origins.length !== 1) return false;
  return onlyHeaderValue(headers, 'access-control-request-method') !== null;
}

/** The fields of the answer to a preflight whose origin the route admits. */
export function preflightFields(route: SharedRoute, request: Asking): HeaderField[] {
  const { allowedMethods, maxAgeSeconds } = route.cors;
  const headers = allowedHeaders(route.cors, request);
  return [
    ...originFields(route, request),
    ['Access-Control-Allow-Methods', allowedMethods.join(', ')],
    ...field('Access-Control-Allow-Headers', headers === '' ? null : headers),
    ...field('Access-Control-Max-Age', maxAgeSeconds === null ? null : String(maxAgeSeconds)),
    ['Vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers'],
  ];
}

/**
 * Replaces what an answer says to pages of other origins. An answer that depends on the `Origin`
 * says so to caches.
 */
export function corsChange(route: SharedRoute, request: Asking): ChangeAnswerHeaders {
  return (fields) => {
    const kept = fields.filter(([name]) => !name.toLowerCase().startsWith('access-control-'));
    return [...kept, ...sharedFields(route, request, kept)];
  };
}

function sharedFields(route: SharedRoute, request: Asking, answered: readonly HeaderField[]): HeaderField[] {
  const vary = answered.filter(([name]) => name.toLowerCase() === 'vary').map(([, value]) => value);
  const varies = route.allowedOrigins === null || hasToken(vary, 'origin') || hasToken(vary, '*');
  const origin = originFields(route, request);
  const exposed = origin.length === 0 ? '' : route.cors.exposedHeaders.join(', ');
  return [
    ...origin,
    ...field('Access-Control-Expose-Headers', exposed === '' ? null : exposed),
    ...field('Vary', varies ? null : 'Origin'),
  ];
}

// The route has admitted the origin: another one was refused.
function originFields({ allowedOrigins, cors }: SharedRoute, { origins: [origin] }: Asking): HeaderField[] {
  if (allowedOrigins === null) return [['Access-Control-Allow-Origin', '*']];
  if (origin === undefined) return [];
  return [
    ['Access-Control-Allow-Origin', origin],
    ...field('Access-Control-Allow-Credentials', cors.allowCredentials ? 'true' : null),
  ];
}

function allowedHeaders({ allowedHeaders: listed }: RouteCors, { headers }: Asking): string {
  if (listed !== null) return listed.join(', ');
  const requested = onlyHeaderValue(headers, 'access-control-request-headers') ?? '';
  return requested.length <= maxRequestedHeaders && /^[\w!#$%&'*+.^`|~, -]*$/.test(requested)
    ? requested
    : '';
}

function field(name: string, value: string | null): HeaderField[] {
  return value === null ? [] : [[name, value]];
}
