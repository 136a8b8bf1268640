import { endToEndHeaders } from './end-to-end-headers.js';
import { fieldName } from './field-name.js';
import { foldHeaderName } from './fold-header-name.js';
import { forwardingHeaders, type ForwardingFacts } from './forwarding-headers.js';
import { headerValues, type HeaderField } from './header-field.js';
import { composeHead, unbroken } from './message-head.js';
import type { RequestBody } from './request-body.js';
import type { RequestMessage } from './request-message.js';
import { OrdinaryUpgrade } from './ordinary-upgrade.js';
import { composeVia } from './via.js';

export interface UpstreamRequestOptions extends ForwardingFacts {
  request: RequestMessage;
  /** The path and query for the upstream, from `upstreamTarget`. */
  target: string;
  /** The value of `Host`, unless the route sets another value. */
  host: string;
  /** Returns whether a client's field is a credential, which is not forwarded. */
  dropHeader: (field: HeaderField) => boolean;
  /** The client's subprotocols in its order, without those that were credentials. */
  protocols: readonly string[];
  /** The version of HTTP in which the request was received, for `Via`. */
  httpVersion: string;
  /** The pseudonym for `Via`; null if it is not known yet. */
  fleetId: string | null;
  /** The `requestHeaders` of the route, with the values of variables. */
  setHeaders: Readonly<Record<string, string>>;
  removeHeaders: readonly string[];
}

/**
 * Composes the head of an upgrade request for the upstream, to be written as `latin1`. The client's
 * end-to-end fields keep their order and letter case. Credentials, and forwarding fields of
 * untrusted peers, are omitted. The gateway's own forwarding fields follow. The route's changes are
 * applied last: the route can override every field except those that the handshake depends on.
 */
export function composeUpstreamRequest(options: UpstreamRequestOptions): string {
  const { request } = options;
  if (request instanceof OrdinaryUpgrade && isForwardedByLines(request, options)) {
    return composeByLines(request, options);
  }
  const { fromClient, own, set } = upstreamFields(options);
  own.push(['Connection', 'Upgrade'], ['Upgrade', 'websocket'], ...set);
  return composeHead(`GET ${options.target} HTTP/1.1`, own, fromClient);
}

/** Whether nothing but the client's lines and the usual fields of the gateway are sent. */
function isForwardedByLines({ hasCookies }: OrdinaryUpgrade, options: UpstreamRequestOptions): boolean {
  const { isTrustedPeer, clientCertificate, setHeaders, removeHeaders } = options;
  const isChanged = removeHeaders.length > 0 || Object.keys(setHeaders).length > 0;
  return !isChanged && !isTrustedPeer && clientCertificate === null && !hasCookies;
}

// The same head, from ranges of the client's: its fields are neither split nor joined again. The client's own
// target and authority were checked when they were read.
function composeByLines(request: OrdinaryUpgrade, options: UpstreamRequestOptions): string {
  const { dropHeader, protocols, fleetId, httpVersion } = options;
  const target = options.target === request.target ? options.target : unbroken(options.target);
  const host = options.host === request.authority ? options.host : unbroken(options.host);
  const forwarding = forwardingHeaders(request, options);
  const via = composeVia(request.via, fleetId, httpVersion);
  let head = `GET ${target} HTTP/1.1\r\n${request.forwardedLines({ host, dropHeader, protocols })}`;
  for (const [name, value] of forwarding) head += `${name}: ${value}\r\n`;
  return `${head}Via: ${via}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
}

/** What an ordinary request has beside the fields that an upgrade has too. */
export interface OrdinaryFraming {
  method: string;
  body: RequestBody;
  /** Whether the client waits for a 100 before it sends the body. */
  expectsContinue: boolean;
}

/**
 * Composes the head of an ordinary request for the upstream, by the same rules. The connection to the
 * upstream and the framing of the body are the gateway's own.
 */
export function composeOrdinaryRequest(options: UpstreamRequestOptions, framing: OrdinaryFraming): string {
  const { fromClient, own } = ordinaryFields(options, framing);
  return composeHead(`${framing.method} ${options.target} HTTP/1.1`, own, fromClient);
}

/** The fields of the same head. */
export function ordinaryRequestFields(
  options: UpstreamRequestOptions,
  framing: OrdinaryFraming,
): HeaderField[] {
  const { fromClient, own } = ordinaryFields(options, framing);
  return [...fromClient, ...own.map(([name, value]): HeaderField => [name, unbroken(value)])];
}

function ordinaryFields(
  options: UpstreamRequestOptions,
  framing: OrdinaryFraming,
): Omit<UpstreamFields, 'set'> {
  const { fromClient, own, set } = upstreamFields(options);
  own.push(...framingFields(framing), ['Connection', 'keep-alive'], ...set);
  return { fromClient: fromClient.filter(isOrdinary), own };
}

function isOrdinary([name]: HeaderField): boolean {
  return !fieldName(name).lower.startsWith('sec-websocket-');
}

// A server may wait for the body of such a method until it learns that there is none (RFC 9110
// §8.6).
const methodsWithoutBody: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS']);

function framingFields({ method, body, expectsContinue }: OrdinaryFraming): HeaderField[] {
  const expect: HeaderField[] = expectsContinue ? [['Expect', '100-continue']] : [];
  switch (body.kind) {
    case 'chunked':
      return [['Transfer-Encoding', 'chunked'], ...expect];
    case 'length':
      return [['Content-Length', String(body.bytes)], ...expect];
    case 'none':
      return methodsWithoutBody.has(method) ? [] : [['Content-Length', '0']];
    default:
      return body satisfies never;
  }
}

interface UpstreamFields {
  /** Checked by the parser. */
  fromClient: HeaderField[];
  own: HeaderField[];
  /** What the route sets, which comes last. */
  set: [name: string, value: string][];
}

function upstreamFields(options: UpstreamRequestOptions): UpstreamFields {
  const entries = Object.entries(options.setHeaders);
  // A route that an older version published may name `Via`.
  const set = entries.filter(([name]) => !fieldName(name).isFixed);
  const host = entries.find(([name]) => fieldName(name).lower === 'host')?.[1] ?? options.host;
  const removed = foldedNames([...options.removeHeaders, ...set.map(([name]) => name)]);
  // The request was parsed, so these fields have no character that could break a line.
  const fromClient = withoutRemoved(clientHeaders(options, unbroken(host)), removed);
  const own = forwardingHeaders(options.request, options);
  const received = headerValues(options.request.headers, 'via');
  own.push(['Via', composeVia(received, options.fleetId, options.httpVersion)]);
  return { fromClient, own: withoutRemoved(own, removed), set };
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
