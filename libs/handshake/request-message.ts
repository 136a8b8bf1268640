import { normalizeHost, normalizePath } from '#libs/contract';
import type { RefusalCode } from '#libs/problem-details';
import { HandshakeFields, onlyOf } from './handshake-fields.js';
import type { HeaderField } from './header-field.js';
import { parseRequestTarget, type RequestTarget } from './request-target.js';
import { parseVia } from './via.js';

/** The head of a request. `rawHeaders` is flat (name, value, name, value, …). */
export interface RequestHead {
  method: string;
  httpVersion: string;
  target: string;
  rawHeaders: readonly string[];
}

/** The parts of a request that do not depend on whether it asks for a WebSocket. */
export interface RequestMessage {
  /** The host for route matching: in lower case, without a port. */
  host: string;
  /** The host and port as the client sent them, in `Host` or in a target in absolute-form. */
  authority: string;
  /** The path as the client sent it. */
  rawPath: string;
  /** The query without the `?`; null if there is no `?`, empty if nothing follows it. */
  rawQuery: string | null;
  /** The path for route matching, in its normal form. */
  path: string;
  /**
   * Whether it is known that every server reads the path as it is: it has only letters, digits, `-`, `_`,
   * `~`, `.` and `/`, and no empty or dot segments.
   */
  hasPlainPath?: boolean;
  /** The offered subprotocols, in the client's order. */
  protocols: string[];
  /** The names in `Via` of the hosts that have forwarded the request, in lower case. */
  via: string[];
  /** All values of `Origin`. Admission decides how to treat more than one. */
  origins: string[];
  /**
   * The header fields, without those whose name is another spelling of a name that the gateway
   * interprets.
   */
  headers: HeaderField[];
}

export interface RequestRefusal {
  ok: false;
  code: RefusalCode;
  /** Safe to show to the client: it repeats nothing that the client sent. */
  detail: string;
}

export type ParsedRequestMessage = { ok: true; message: RequestMessage } | RequestRefusal;

/**
 * Parses the parts of a request by which routes are chosen and clients are admitted. It accepts
 * exactly what is accepted of an upgrade, and no subprotocols, which ordinary requests do not have.
 */
export function parseRequestMessage(head: RequestHead, maxTargetBytes: number): ParsedRequestMessage {
  const fields = new HandshakeFields(head.rawHeaders);
  const parsedTarget = parseRequestTarget(head.target, maxTargetBytes);
  if (!parsedTarget.ok) return parsedTarget;
  const refusal = refuseFields(fields);
  if (refusal) return refusal;
  const { rawPath, rawQuery } = parsedTarget.target;
  const hosts = readHosts(fields, parsedTarget.target);
  if (hosts === null) return badHandshake(oneHost);
  const via = parseVia(fields.via);
  if (via === null) return badHandshake(brokenComment);
  const normalized = normalizePath(rawPath, { encodedSlash: 'pass' });
  if (!normalized.ok) return refuse('bad_path', normalized.reason);
  const { host, authority } = hosts;
  const { path } = normalized;
  const { origins, headers } = fields;
  return {
    ok: true,
    message: { host, authority, rawPath, rawQuery, path, protocols: [], via, origins, headers },
  };
}

export const oneHost = 'exactly one valid Host is required';
export const brokenComment = 'a comment in Via has no end or no beginning';

// One valid Host is always required (RFC 9112 §3.2). It is ignored if the target is in
// absolute-form (§3.2.2).
export function readHosts(
  { hosts }: HandshakeFields,
  target: RequestTarget,
): Pick<RequestMessage, 'host' | 'authority'> | null {
  const hostField = onlyOf(hosts) ?? '';
  const hostOfField = normalizeHost(hostField);
  if (hostOfField === null) return null;
  if (target.authority === null) return { host: hostOfField, authority: hostField };
  const host = normalizeHost(target.authority);
  return host === null ? null : { host, authority: target.authority };
}

export function refuseFields({ isClean }: HandshakeFields): RequestRefusal | null {
  return isClean ? null : badHandshake('a header field has a character that is not allowed there');
}

export function badHandshake(detail: string): RequestRefusal {
  return refuse('bad_handshake', detail);
}

export function refuse(code: RefusalCode, detail: string): RequestRefusal {
  return { ok: false, code, detail };
}
