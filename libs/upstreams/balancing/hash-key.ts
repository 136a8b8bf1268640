import { addressPrefix } from '#libs/addresses';
import type { HashKey } from '#libs/contract';
import { headerValues, type UpgradeRequest } from '#libs/handshake';

/** What a policy may look at in a request. */
export interface BalancedRequest {
  clientAddress: string;
  request: Pick<UpgradeRequest, 'headers' | 'path' | 'rawQuery'>;
}

/** The text by which a request is hashed; where there is none, the client's address. */
export function hashKeyOf(hashKey: HashKey | null, { clientAddress, request }: BalancedRequest): string {
  const { ipv4PrefixLength: ipv4 = 32, ipv6PrefixLength: ipv6 = 64 } = hashKey ?? {};
  return (hashKey && partOf(hashKey, request)) ?? addressPrefix(clientAddress, { ipv4, ipv6 });
}

function partOf({ from, name, segment }: HashKey, request: BalancedRequest['request']): string | null {
  switch (from) {
    case 'clientAddress':
      return null;
    case 'header':
      return textOrNull(headerValues(request.headers, name?.toLowerCase() ?? '').join(','));
    case 'cookie':
      return cookieOf(request.headers, name ?? '');
    case 'query':
      return textOrNull(new URLSearchParams(request.rawQuery ?? '').get(name ?? ''));
    case 'pathSegment':
      return textOrNull(request.path.split('/')[(segment ?? 0) + 1]);
    default:
      return from satisfies never;
  }
}

/** The value of the first cookie of this name (RFC 6265 §5.4); null without one, or if it is empty. */
function cookieOf(headers: UpgradeRequest['headers'], name: string): string | null {
  const prefix = `${name}=`;
  for (const field of headerValues(headers, 'cookie')) {
    const pair = field
      .split(';')
      .map((part) => part.trim())
      .find((part) => part.startsWith(prefix));
    if (pair !== undefined) return textOrNull(pair.slice(prefix.length));
  }
  return null;
}

function textOrNull(text: string | null | undefined): string | null {
  return text === null || text === undefined || text === '' ? null : text;
}
