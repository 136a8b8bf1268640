import { normalizePath } from '#libs/contract';
import { maxExtensionListBytes, parseExtensionList } from './extension-list.js';
import { HandshakeFields, onlyOf } from './handshake-fields.js';
import { maxOfferedProtocols, readProtocols } from './offered-protocols.js';
import { OrdinaryUpgrade } from './ordinary-upgrade.js';
import {
  badHandshake,
  brokenComment,
  oneHost,
  readHosts,
  refuse,
  refuseFields,
  type RequestHead,
  type RequestMessage,
  type RequestRefusal,
} from './request-message.js';
import { parseRequestTarget } from './request-target.js';
import { hasToken } from './token-list.js';
import { parseVia } from './via.js';

/** A valid opening handshake of a client (RFC 6455 §4.1). */
export interface UpgradeRequest extends RequestMessage {
  /** The value of `Sec-WebSocket-Key`. */
  key: string;
  /** The names of the offered extensions, in lower case. */
  extensions: string[];
}

export type ParsedUpgradeRequest = { ok: true; request: UpgradeRequest } | RequestRefusal;

/**
 * Parses a request that asks for a WebSocket, or returns the reason why it is invalid. It accepts exactly the
 * handshake of RFC 6455 §4.1 over HTTP/1.1, with one instance of each field that the handshake depends on, no
 * body, and an unambiguous path.
 */
export function parseUpgradeRequest(head: RequestHead, maxTargetBytes: number): ParsedUpgradeRequest {
  if (head instanceof OrdinaryUpgrade && head.target.length <= maxTargetBytes)
    return { ok: true, request: head };
  const fields = new HandshakeFields(head.rawHeaders);
  const wrongLine = refuseMethodAndVersion(head);
  if (wrongLine) return wrongLine;
  const parsedTarget = parseRequestTarget(head.target, maxTargetBytes);
  if (!parsedTarget.ok) return parsedTarget;
  const refusal =
    refuseFields(fields) ?? refuseUpgrade(fields) ?? refuseBody(fields) ?? refuseVersion(fields);
  if (refusal) return refusal;

  const { rawPath, rawQuery } = parsedTarget.target;
  const hosts = readHosts(fields, parsedTarget.target);
  if (hosts === null) return badHandshake(oneHost);
  const key = onlyOf(fields.keys) ?? '';
  if (!isHandshakeKey(key)) {
    return badHandshake('exactly one Sec-WebSocket-Key of 16 bytes in base64 is required');
  }
  const protocols = readProtocols(fields.protocols);
  if (protocols === null) {
    return badHandshake(`Sec-WebSocket-Protocol must be at most ${maxOfferedProtocols} different tokens`);
  }
  const offered = parseExtensionList(fields.extensions);
  if (offered === null) {
    return badHandshake(
      `Sec-WebSocket-Extensions must be a list of extensions of at most ${maxExtensionListBytes} bytes`,
    );
  }
  const via = parseVia(fields.via);
  if (via === null) return badHandshake(brokenComment);
  // The route decides whether the path may contain an encoded slash.
  const normalized = normalizePath(rawPath, { encodedSlash: 'pass' });
  if (!normalized.ok) return refuse('bad_path', normalized.reason);

  const { origins, headers } = fields;
  const { path } = normalized;
  const extensions = offered.map(({ name }) => name);
  const { host, authority } = hosts;
  return {
    ok: true,
    request: { host, authority, rawPath, rawQuery, path, key, protocols, extensions, via, origins, headers },
  };
}

function refuseMethodAndVersion({ method, httpVersion }: RequestHead): RequestRefusal | null {
  if (method !== 'GET') return badHandshake('the method must be GET');
  return httpVersion === '1.1' ? null : badHandshake('the version must be HTTP/1.1');
}

function refuseUpgrade({ upgrades, connections }: HandshakeFields): RequestRefusal | null {
  if (!hasToken(upgrades, 'websocket')) return badHandshake('Upgrade: websocket is required');
  if (!hasToken(connections, 'upgrade')) return badHandshake('Connection: Upgrade is required');
  return null;
}

function refuseBody({ hasBody }: HandshakeFields): RequestRefusal | null {
  return hasBody ? refuse('body_forbidden', 'an upgrade request has no body') : null;
}

function refuseVersion({ versions }: HandshakeFields): RequestRefusal | null {
  const version = onlyOf(versions);
  if (version === null) return badHandshake('exactly one Sec-WebSocket-Version is required');
  return version === '13' ? null : refuse('version_unsupported', 'Sec-WebSocket-Version must be 13');
}

// 16 bytes are 22 characters and padding. The last character carries only 2 bits. A decoder may ignore the
// other 4 bits (RFC 4648 §3.5), and the decoders of the peers do so. Sec-WebSocket-Accept is computed from
// the text, so the key is not changed.
function isHandshakeKey(key: string): boolean {
  return /^[A-Za-z0-9+/]{22}==$/.test(key);
}
