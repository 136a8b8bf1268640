import { isIPv4, isIPv6 } from 'node:net';

/**
 * `address`: the address of the client; null for a connection of the proxy itself, or if it is unknown.
 * `length`: bytes of the header.
 */
export type ParsedProxyHeader =
  | { state: 'incomplete' }
  | { state: 'malformed' }
  | { state: 'header'; address: string | null; length: number };

/**
 * The maximum line length of version 1, including CRLF; and a bound for the extensions of version 2, which
 * specifies none.
 */
const maxLineBytes = 107;
const maxAddressBytes = 4096;
const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const fixedBytes = 16;

/** Reads the header that a proxy sends before anything else (HAProxy's PROXY protocol, versions 1 and 2). */
export function parseProxyHeader(bytes: Buffer): ParsedProxyHeader {
  const isBinary = signature.subarray(0, bytes.length).equals(bytes.subarray(0, signature.length));
  return isBinary ? parseVersion2(bytes) : parseVersion1(bytes);
}

function parseVersion1(bytes: Buffer): ParsedProxyHeader {
  const text = bytes.toString('latin1', 0, maxLineBytes);
  const start = 'PROXY ';
  if (!text.startsWith(start.slice(0, text.length))) return { state: 'malformed' };
  const end = text.indexOf('\r\n');
  if (end === -1) return text.length < maxLineBytes ? { state: 'incomplete' } : { state: 'malformed' };
  const length = end + 2;
  const line = text.slice(start.length, end);
  if (/^UNKNOWN(?: |$)/.test(line)) return { state: 'header', address: null, length };
  const [family, source = '', destination = '', ...ports] = line.split(' ');
  const isAddress = family === 'TCP4' ? isIPv4 : family === 'TCP6' ? isIPv6Address : null;
  const isValid = isAddress?.(source) && isAddress(destination) && ports.length === 2 && ports.every(isPort);
  return isValid ? { state: 'header', address: source, length } : { state: 'malformed' };
}

function parseVersion2(bytes: Buffer): ParsedProxyHeader {
  if (bytes.length < fixedBytes) return { state: 'incomplete' };
  const versionAndCommand = bytes.readUInt8(12);
  const family = bytes.readUInt8(13);
  const addressBytes = bytes.readUInt16BE(14);
  if (addressBytes > maxAddressBytes) return { state: 'malformed' };
  const length = fixedBytes + addressBytes;
  if (versionAndCommand !== 0x20 && versionAndCommand !== 0x21) return { state: 'malformed' };
  if (bytes.length < length) return { state: 'incomplete' };
  // LOCAL: a health check of the proxy itself. UNSPEC: the address is unknown.
  if (versionAndCommand === 0x20 || family === 0x00) return { state: 'header', address: null, length };
  const addresses = bytes.subarray(fixedBytes, length);
  if (family === 0x11 && addressBytes >= 12) return { state: 'header', address: ipv4(addresses), length };
  if (family === 0x21 && addressBytes >= 36) return { state: 'header', address: ipv6(addresses), length };
  return { state: 'malformed' };
}

function ipv4(bytes: Buffer): string {
  return [...bytes.subarray(0, 4)].join('.');
}

function ipv6(bytes: Buffer): string {
  return Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16)).join(':');
}

function isIPv6Address(text: string): boolean {
  return isIPv6(text) && !text.includes('%');
}

function isPort(text: string): boolean {
  return /^(?:0|[1-9][0-9]{0,4})$/.test(text) && Number(text) <= 65_535;
}
