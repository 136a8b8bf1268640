import { endToEndHeaders } from './end-to-end-headers.js';
import { fieldName } from './field-name.js';
import { foldHeaderName } from './fold-header-name.js';
import { forwardingHeaders, type ForwardingFacts } from './forwarding-headers.js';
import { headerValues, type HeaderField } from './header-field.js';
import { composeHead } from './message-head.js';
import type { UpgradeRequest } from './upgrade-request.js';
import { composeVia } from './via.js';

export interface UpstreamRequestOptions extends ForwardingFacts {
  request: UpgradeRequest;
  /** Path and query for the upstream, of `upstreamTarget`. */
  target: string;
  /** `Host`, unless the route sets another one. */
  host: string;
  /** Says which of the client's fields are credentials and stay here. */
  dropHeader: (field: HeaderField) => boolean;
  /** The client's subprotocols, in its order, without those that were a credential. */
  protocols: readonly string[];
  /** The pseudonym for `Via`; null where it is not known yet. */
  fleetId: string | null;
  /** `requestHeaders` of the route. */
  setHeaders: Readonly<Record<string, string>>;
  removeHeaders: readonly string[];
}

/**
 * The head of the request for the upstream, to be written as `latin1`. The client's end-to-end fields keep their
 * order and letter case. Not among them: credentials, and forwarding fields that nobody trusted said. Then come the
 * gateway's own forwarding fields, and last what the route removes and sets: it has the last word, except on what
 * the handshake stands on.
 */
export function composeUpstreamRequest(options: UpstreamRequestOptions): string {
  const entries = Object.entries(options.setHeaders);
  // A route that an older version published may name `Via`.
  const set = entries.filter(([name]) => !fieldName(name).isFixed);
  const host = entries.find(([name]) => fieldName(name).lower === 'host')?.[1] ?? options.host;
  const fields = clientHeaders(options, host);
  fields.push(...forwardingHeaders(options.request, options));
  fields.push(['Via', composeVia(headerValues(options.request.headers, 'via'), options.fleetId)]);
  const kept = withoutRemoved(fields, [...options.removeHeaders, ...set.map(([name]) => name)]);
  kept.push(['Connection', 'Upgrade'], ['Upgrade', 'websocket'], ...set);
  return composeHead(`GET ${options.target} HTTP/1.1`, kept);
}

function withoutRemoved(fields: HeaderField[], names: readonly string[]): HeaderField[] {
  if (names.length === 0) return fields;
  const removed = new Set(names.map(foldHeaderName));
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
