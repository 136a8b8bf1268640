import { isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { fieldRules } from './field-rules.js';

/**
 * Why the host of a URL is misleading, or null. The URL parser of browsers (WHATWG URL §4.4) reads `ws:///x`
 * as the host `x`, a backslash as a slash, `%78` in a host as `x`, and `0x7f.1` as an IPv4 address; other
 * parsers do not.
 */
export function urlHostProblem(text: string): string | null {
  const [, authority = ''] = /^[a-z]+:\/\/([^/?#]*)/i.exec(text) ?? [];
  if (authority === '') return fieldRules.url_host;
  if (text.includes('\\')) return fieldRules.url_backslash;
  // Text that is not a URL is reported by its schema.
  if (!URL.canParse(text)) return null;
  const host = authority.replace(/:[0-9]*$/, '').toLowerCase();
  const { hostname } = new URL(text);
  const isAsRead = host === hostname || (host.startsWith('[') && isIPv6(host.slice(1, -1)));
  return isAsRead ? null : `the host is not in its normal form "${hostname}"`;
}

/** The normalized form of a URL that is not ASCII, or has white space. */
export function asciiUrlProblem(text: string): string {
  const [, scheme = '', host = '', rest = ''] = /^([a-z]+:\/\/)([^/?#:@\s]+)(.*)$/isu.exec(text) ?? [];
  const ascii = domainToASCII(host);
  if (/[^\x21-\x7e]/.test(host) && ascii !== '' && /^[\x21-\x7e]*$/.test(rest)) {
    return `an internationalized host name must be in its ASCII form: "${scheme}${ascii}${rest}"`;
  }
  return fieldRules.url_not_ascii;
}
