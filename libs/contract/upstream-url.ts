import { z } from 'zod';
import { normalizePath } from './request-path.js';
import { asciiUrlProblem } from './url-host.js';
import { fieldRules } from './field-rules.js';

/**
 * An upstream's URL: `ws` or `wss`, a host, a base path; no credentials, query or fragment. `http` means the
 * same as `ws`, and `https` the same as `wss`, as in the `proxy_pass` of nginx.
 */
export const upstreamUrlSchema = z
  .string()
  .max(2048)
  .superRefine((text, context) => {
    const reason = upstreamUrlProblem(text);
    if (reason) context.addIssue({ code: 'custom', message: reason });
  })
  .meta({
    format: 'uri',
    description: 'URL of the upstream: `ws:` (or `http:`) or `wss:` (or `https:`), a host, and a base path',
    example: 'ws://10.0.0.5:9000/base',
  });

function upstreamUrlProblem(text: string): string | null {
  if (text === '') return fieldRules.url_required;
  if (!/^[\x21-\x7e]+$/.test(text)) return asciiUrlProblem(text);
  if (!/^(?:ws|http)s?:\/\//i.test(text)) {
    return fieldRules.url_scheme;
  }
  if (!URL.canParse(text)) return fieldRules.url_malformed;
  const url = new URL(text);
  if (url.username || url.password || /^[a-z]+:\/\/[^/]*@/i.test(text)) {
    return fieldRules.url_credentials;
  }
  if (text.includes('?') || text.includes('#')) return fieldRules.url_query;
  if (url.port === '0') return fieldRules.url_port;
  const path = normalizePath(url.pathname);
  return path.ok ? null : path.reason;
}
