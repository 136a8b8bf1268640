import { z } from 'zod';
import { fieldRules } from './field-rules.js';

/** Header fields that belong to one connection and are never forwarded (RFC 9110 §7.6.1). */
export const hopByHopHeaders: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

// Fields on which the handshake, the framing of the request and the detection of loops depend; a route may
// neither set nor remove them.
const gatewayHeaders = ['content-length', 'expect', 'http2-settings', 'via'];

export function isReservedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return hopByHopHeaders.has(lower) || gatewayHeaders.includes(lower) || lower.startsWith('sec-websocket-');
}

/** Any header field name (RFC 9110 §5.1). */
export const fieldNameSchema = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, fieldRules.header_name);

const reserved = {
  error: fieldRules.header_reserved,
};

/** A header field name that a route may set. */
export const headerNameSchema = fieldNameSchema.refine((name) => !isReservedHeader(name), reserved);

/**
 * The same in a published route. Versions that did not reserve `Via` published routes that set it; it has no
 * effect there.
 */
export const publishedHeaderNameSchema = fieldNameSchema.refine(
  (name) => name.toLowerCase() === 'via' || !isReservedHeader(name),
  reserved,
);

/** A header field value: visible characters, spaces and tabs, no line breaks (RFC 9110 §5.5). */
export const headerValueSchema = z
  .string()
  .max(4096)
  .regex(/^$|^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/, fieldRules.header_value);
