import { z } from 'zod';
import { normalizePath } from './request-path.js';
import { asciiUrlProblem } from './url-host.js';

/** An upstream's URL: `ws` or `wss`, a host, a base path; no credentials, query or fragment. */
export const upstreamUrlSchema = z
  .string()
  .max(2048)
  .superRefine((text, context) => {
    const reason = upstreamUrlProblem(text);
    if (reason) context.addIssue({ code: 'custom', message: reason });
  })
  .meta({
    format: 'uri',
    description: 'Where the upstream is: `ws:` or `wss:`, a host, and a base path',
    example: 'ws://10.0.0.5:9000/base',
  });

function upstreamUrlProblem(text: string): string | null {
  if (!/^[\x21-\x7e]+$/.test(text)) return asciiUrlProblem(text);
  if (!/^wss?:\/\//i.test(text)) return 'the URL has to start with ws:// or wss://';
  if (!URL.canParse(text)) return 'this is not a URL like "ws://10.0.0.5:9000" or "ws://[fd00::5]:9000"';
  const url = new URL(text);
  if (url.username || url.password || /^wss?:\/\/[^/]*@/i.test(text)) {
    return 'credentials in the URL are not allowed; set a request header instead';
  }
  if (text.includes('?') || text.includes('#')) return 'a query or fragment in the URL is not allowed';
  if (url.port === '0') return 'port 0 cannot be dialed';
  const path = normalizePath(url.pathname);
  return path.ok ? null : path.reason;
}
