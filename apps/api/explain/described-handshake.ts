import type { ExplainRequest } from '#libs/contract';
import type { FleetRequest } from '#libs/fleet';
import { ProblemError } from '../http/problem-error.js';

type Described = Pick<FleetRequest<'explain'>, 'method' | 'target' | 'headers' | 'scheme'>;

// The example of RFC 6455 §1.3.
const sampleKey = 'dGhlIHNhbXBsZSBub25jZQ==';

/**
 * The request that a client would send for a URL: the path and query as written, with the header fields that
 * every client sends. Throws `validation_failed` if no host is given.
 */
export function describedHandshake({ url, method, headers, addHandshakeHeaders }: ExplainRequest): Described {
  const { scheme, authority, rest } = splitUrl(url);
  const given = new Set(headers.map(({ name }) => name.toLowerCase()));
  if (authority === null && addHandshakeHeaders && !given.has('host')) {
    throw new ProblemError('validation_failed', {
      errors: [{ field: 'url', message: 'expected a URL with a host, or a header field Host' }],
    });
  }
  const added = addHandshakeHeaders ? addedHeaders(authority ?? '', method !== null) : [];
  return {
    ...(method !== null && { method }),
    target: rest.startsWith('/') ? rest : `/${rest}`,
    headers: [
      ...added.filter(([name]) => !given.has(name.toLowerCase())),
      ...headers.map(({ name, value }): [string, string] => [name, value]),
    ],
    scheme: /^(?:wss|https)$/i.test(scheme) ? 'https' : 'http',
  };
}

/** The parts of a URL as written; a path alone has no authority. */
function splitUrl(url: string): { scheme: string; authority: string | null; rest: string } {
  const end = url.indexOf('://');
  if (end === -1 || url.startsWith('/')) return { scheme: 'ws', authority: null, rest: url };
  const [authority = ''] = url.slice(end + 3).split(/[/?#]/, 1);
  return { scheme: url.slice(0, end), authority, rest: url.slice(end + 3 + authority.length) };
}

function addedHeaders(authority: string, isOrdinary: boolean): [name: string, value: string][] {
  if (isOrdinary) return [['Host', authority]];
  return [
    ['Host', authority],
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Key', sampleKey],
    ['Sec-WebSocket-Version', '13'],
  ];
}
