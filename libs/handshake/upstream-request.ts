import { endToEndHeaders } from './end-to-end-headers.js';
import { fieldName } from './field-name.js';
import { foldHeaderName } from './fold-header-name.js';
import { forwardingHeaders, type ForwardingFacts } from './forwarding-headers.js';
import { headerValues, type HeaderField } from './header-field.js';
import { composeHead, unbroken } from './message-head.js';
import type { UpgradeRequest } from './upgrade-request.js';
import { composeVia } from './via.js';

export interface UpstreamRequestOptions extends ForwardingFacts {
  request: UpgradeRequest;
  /** The path and query for the upstream, from `upstreamTarget`. */
  target: string;
  /** The value of `Host`, unless the route sets another value. */
  host: string;
  /** Returns whether a client's field is a credential, which is not forwarded. */
  dropHeader: (field: HeaderField) => boolean;
  /** The client's subprotocols in its order, without those that were credentials. */
  protocols: readonly string[];
  /** The pseudonym for `Via`; null if it is not known yet. */
  fleetId: string | null;
  /** The `requestHeaders` of the route, with the values of variables. */
  setHeaders: Readonly<Record<string, string>>;
  removeHeaders: readonly string[];
}

/**
 * Composes the head of the request for the upstream, to be written as `latin1`. The client's end-to-end
 * fields keep their order and letter case. Credentials, and forwarding fields of untrusted peers, are
 * omitted. The gateway's own forwarding fields follow. The route's changes are applied last: the route can
 * override every field except those that the handshake depends on.
 */
export function composeUpstreamRequest(options: UpstreamRequestOptions): string {
  const entries = Object.entries(options.setHeaders);
  // A route that an older version published may name `Via`.
  const set = entries.filter(([name]) => !fieldName(name).isFixed);
  const host = entries.find(([name]) => fieldName(name).lower === 'host')?.[1] ?? options.host;
  const removed = foldedNames([...options.removeHeaders, ...set.map(([name]) => name)]);
  // The request was parsed, so these fields have no character that could break a line.
  const fromClient = withoutRemoved(clientHeaders(options, unbroken(host)), removed);
  const own = forwardingHeaders(options.request, options);
  own.push(['Via', composeVia(headerValues(options.request.headers, 'via'), options.fleetId)]);
  const kept = withoutRemoved(own, removed);
  kept.push(['Connection', 'Upgrade'], ['Upgrade', 'websocket'], ...set);
  return composeHead(`GET ${options.target} HTTP/1.1`, kept, fromClient);
}

function foldedNames(names: readonly string[]): ReadonlySet<string> | null {
  return names.length === 0 ? null : new Set(names.map(foldHeaderName));
}

function withoutRemoved(fields: HeaderField[], removed: ReadonlySet<string> | null): HeaderField[] {
  if (removed === null) return fields;
  return fields.filter(([name]) => fieldName(name).isFixed || !removed.has(foldHeaderName(name)));
}

function clientHeaders(
  { request, dropHeader, protocols }: UpstreamRequestOptions,
  host: string,
): HeaderField[] {
  const kept: HeaderField[] = [];
  let hasProtocols = protocols.length === 0;
  for (const field of endToEndHeaders(request.headers)) {
    const [name] = field;
    const { lower, isFixed, isOwn } = fieldName(name);
    if (lower === 'via') continue;
    if (lower === 'host') kept.push([name, host]);
    else if (lower === 'sec-websocket-protocol') {
      if (!hasProtocols) kept.push([name, protocols.join(', ')]);
      hasProtocols = true;
    } else if ((isFixed || !isOwn) && !dropHeader(field)) kept.push(field);
  }
  return kept;
}
