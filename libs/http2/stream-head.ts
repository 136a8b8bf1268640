import { randomBytes } from 'node:crypto';
import type { RequestHead } from '#libs/handshake';

/** The head of a request; malformed if RFC 9113 §8 forbids it. */
export type StreamHead =
  { kind: 'webSocket'; head: RequestHead } | { kind: 'request'; head: RequestHead } | { kind: 'malformed' };

interface Pseudo {
  ':method'?: string;
  ':scheme'?: string;
  ':authority'?: string;
  ':path'?: string;
  ':protocol'?: string;
}

// Fields of the connection, which HTTP/2 does not have (RFC 9113 §8.2.2).
const connectionFields: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const malformed: StreamHead = { kind: 'malformed' };

/**
 * Maps the fields of a stream's HEADERS to the head of HTTP/1.1 with the same meaning, which every check and
 * every upstream then reads. An extended CONNECT (RFC 8441) becomes the upgrade request for its protocol,
 * with a key that is made here. `rawHeaders` is flat (name, value, name, value, …), with the pseudo-fields.
 */
export function readStreamHead(rawHeaders: readonly string[]): StreamHead {
  const pseudo: Pseudo = {};
  const fields: string[] = [];
  const cookies: string[] = [];
  const hosts: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = rawHeaders[index + 1] ?? '';
    if (name.startsWith(':')) {
      if (!isPseudo(name) || name in pseudo) return malformed;
      pseudo[name] = value;
    } else if (isForbidden(name, value)) return malformed;
    else if (name === 'cookie') cookies.push(value);
    else if (name === 'host') hosts.push(value);
    else fields.push(name, value);
  }
  // A client may split its cookies (RFC 9113 §8.2.3).
  if (cookies.length > 0) fields.push('cookie', cookies.join('; '));
  const authority = readAuthority(pseudo, hosts);
  return authority === null ? malformed : headOf(pseudo, authority, fields);
}

function headOf(pseudo: Pseudo, authority: string, fields: string[]): StreamHead {
  const { ':method': method = '', ':scheme': scheme, ':path': path, ':protocol': protocol } = pseudo;
  if (method === 'CONNECT' && protocol === undefined) {
    if (scheme !== undefined || path !== undefined) return malformed;
    return request({
      method,
      httpVersion: '2',
      target: authority,
      rawHeaders: ['Host', authority, ...fields],
    });
  }
  if (scheme?.toLowerCase() !== 'https' || path === undefined || path === '') return malformed;
  if (protocol === undefined) {
    return request({ method, httpVersion: '2', target: path, rawHeaders: ['Host', authority, ...fields] });
  }
  if (method !== 'CONNECT' || !token.test(protocol)) return malformed;
  const key = randomBytes(16).toString('base64');
  const upgrade = ['Host', authority, 'Upgrade', protocol, 'Connection', 'Upgrade', 'Sec-WebSocket-Key', key];
  const rawHeaders = [...upgrade, ...withoutKeys(fields)];
  return { kind: 'webSocket', head: { method: 'GET', httpVersion: '1.1', target: path, rawHeaders } };
}

function request(head: RequestHead): StreamHead {
  return { kind: 'request', head };
}

function isPseudo(name: string): name is keyof Pseudo {
  return [':method', ':scheme', ':authority', ':path', ':protocol'].includes(name);
}

function isForbidden(name: string, value: string): boolean {
  if (name !== name.toLowerCase() || connectionFields.has(name)) return true;
  return name === 'te' && value.toLowerCase() !== 'trailers';
}

// A client may send `Host` in place of `:authority`, but no other value (RFC 9113 §8.3.1).
function readAuthority({ ':authority': authority }: Pseudo, hosts: readonly string[]): string | null {
  const [host] = hosts;
  if (hosts.length > 1) return null;
  if (authority === undefined) return host ?? '';
  return host === undefined || host.toLowerCase() === authority.toLowerCase() ? authority : null;
}

// Over HTTP/2 a key means nothing (RFC 8441 §5).
function withoutKeys(fields: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = fields[index] ?? '';
    if (name !== 'sec-websocket-key') kept.push(name, fields[index + 1] ?? '');
  }
  return kept;
}
