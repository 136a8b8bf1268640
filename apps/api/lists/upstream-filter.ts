import { z } from 'zod';
import { upstreamSchema } from '#libs/contract';
import type { Condition } from './condition.js';

const message =
  'expected a host like "10.0.0.5", with a port like "10.0.0.5:9000", or the URL of an upstream';

export const upstreamFilterSchema = z.string().max(2048).refine(isUpstream, { error: message }).meta({
  description: 'Routes with an upstream of this host, host and port (`10.0.0.5:9000`), or URL',
});

/** The term of an upstream: host and port come first, so that each is the beginning of a term. */
export function upstreamTerm(url: string): string {
  const { protocol, hostname, port, pathname } = new URL(url.replace(/^http/i, 'ws'));
  return `upstream:${hostname} ${port || defaultPort(protocol)} ${protocol}${pathname}`;
}

/** The condition for a filter that is a host, a host and a port, or a URL. */
export function withUpstream(filter: string): Condition {
  if (filter.includes('://')) return { kind: 'term', term: upstreamTerm(filter) };
  const { hostname } = new URL(`ws://${filter}`);
  const [, port] = /:([0-9]+)$/.exec(filter) ?? [];
  const end = port === undefined ? '' : `${Number(port)} `;
  return { kind: 'termPrefix', start: `upstream:${hostname} ${end}` };
}

function isUpstream(text: string): boolean {
  if (text.includes('://')) return upstreamSchema.shape.url.safeParse(text).success;
  return /^(?:[^\s/?#@:]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/.test(text) && URL.canParse(`ws://${text}`);
}

function defaultPort(protocol: string): string {
  return protocol === 'wss:' ? '443' : '80';
}
