import { z } from 'zod';
import { normalizePath } from './request-path.js';
import { asciiUrlProblem } from './url-host.js';

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
  if (text === '') return 'a URL is required, like "ws://10.0.0.5:9000"';
  if (!/^[\x21-\x7e]+$/.test(text)) return asciiUrlProblem(text);
  if (!/^(?:ws|http)s?:\/\//i.test(text)) {
    return 'the URL must start with ws://, wss://, http:// or https://';
  }
  if (!URL.canParse(text)) return 'this is not a URL like "ws://10.0.0.5:9000" or "ws://[fd00::5]:9000"';
  const url = new URL(text);
  if (url.username || url.password || /^[a-z]+:\/\/[^/]*@/i.test(text)) {
    return 'credentials in the URL are not allowed; set a request header instead';
  }
  if (text.includes('?') || text.includes('#')) return 'a query or fragment in the URL is not allowed';
  if (url.port === '0') return 'port 0 is not allowed';
  const path = normalizePath(url.pathname);
  return path.ok ? null : path.reason;
}
