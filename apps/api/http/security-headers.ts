/**
 * The header fields of every answer, refused upgrades included. No Strict-Transport-Security: this server has
 * no TLS, so the proxy in front of it must send that field (RFC 6797 §7.2).
 */
export const securityHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

/**
 * The header fields of Swagger UI, which loads everything from this origin and has inline styles but no
 * scripts.
 */
export const docsHeaders = {
  ...securityHeaders,
  'Cache-Control': 'no-cache',
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
} as const;

/**
 * The header fields of the console, which loads everything from this origin, without inline scripts and
 * styles; its test page opens WebSockets to gateways, whose origin the API does not know.
 */
export const consoleHeaders = {
  ...securityHeaders,
  'Cache-Control': 'no-cache',
  'Content-Security-Policy': [
    "default-src 'self'",
    "connect-src 'self' ws: wss:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
} as const;
