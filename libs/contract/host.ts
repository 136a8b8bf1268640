import { isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { z } from 'zod';

const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const hostname = `${label}(?:\\.${label})*`;
const hostPattern = new RegExp(`^(?:\\*|(?:\\*\\.)?${hostname})$`);
const pageOrigin = `[a-z][a-z0-9+.-]*://(?:\\*\\.)?(?:${hostname}|\\[[0-9a-f:.]+\\])`;
// Origins of applications that are not web pages: WebViews, browser extensions, Electron. Their hosts follow
// no rule, and `file://` has none; a web origin without a host is a mistake.
const appOrigin = '(?!(?:https?|wss?):)[a-z][a-z0-9+.-]*://[a-z0-9._~-]*';
const originPattern = new RegExp(`^(?:null|(?:${pageOrigin}|${appOrigin})(?::[0-9]{1,5})?)$`);

/** A pattern for `Host`: a name, `*.suffix`, or `*` for any. */
export const hostPatternSchema = z
  .string()
  .max(255)
  .toLowerCase()
  .regex(hostPattern, { error: ({ input }) => hostProblem(String(input)) })
  .meta({ example: 'chat.acme.example' });

function hostProblem(host: string): string {
  if (isIPv6(host.replace(/^\[(.*)\]$/, '$1'))) {
    return 'an IPv6 address cannot be matched by itself; use "*" to match requests to it';
  }
  const ascii = domainToASCII(host.replace(/^\*\./, ''));
  if (/[^\x21-\x7e]/.test(host) && hostPattern.test(ascii)) {
    return `an internationalized host name must be in its ASCII form: "${host.startsWith('*.') ? '*.' : ''}${ascii}"`;
  }
  return 'expected a host name without scheme, port or path, like "chat.example", "*.example" or "*"';
}

/**
 * An allowed `Origin`: exact, or with `*.` before the host (RFC 6454 §6.2). `null` is the origin of a
 * sandboxed page and of any other page without one.
 */
export const originPatternSchema = z
  .string()
  .max(300)
  .toLowerCase()
  .regex(
    originPattern,
    'expected an origin like "https://app.example", "https://*.example", "capacitor://localhost" or "null"',
  )
  .meta({ example: 'https://app.acme.example' });

/**
 * The host of a `Host` header field, normalized for comparison: lower case, without port and without the
 * trailing dot of a fully qualified name. Null if the value is not a host (RFC 9110 §7.2).
 */
export function normalizeHost(authority: string): string | null {
  if (authority.startsWith('[')) {
    const literal = /^(\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?$/.exec(authority);
    return literal?.[1]?.toLowerCase() ?? null;
  }
  const colon = authority.indexOf(':');
  if (colon !== -1 && !/^[0-9]{0,5}$/.test(authority.slice(colon + 1))) return null;
  const name = (colon === -1 ? authority : authority.slice(0, colon)).toLowerCase();
  const withoutDot = name.endsWith('.') ? name.slice(0, -1) : name;
  return /^[a-z0-9_.-]{1,255}$/.test(withoutDot) ? withoutDot : null;
}
