import { addressPrefix } from '#libs/addresses';
import type { HashKey } from '#libs/contract';
import { cookieValues, headerValues, type RequestMessage } from '#libs/handshake';

/** The parts of a request that a policy may use. */
export interface BalancedRequest {
  clientAddress: string;
  request: Pick<RequestMessage, 'headers' | 'path' | 'rawQuery'>;
}

/** The text by which a request is hashed: the value of the hash key, or else the client's address. */
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
      return textOrNull(cookieValues(request.headers, name ?? '')[0]);
    case 'query':
      return textOrNull(new URLSearchParams(request.rawQuery ?? '').get(name ?? ''));
    case 'pathSegment':
      return textOrNull(request.path.split('/')[(segment ?? 0) + 1]);
    default:
      return from satisfies never;
  }
}

function textOrNull(text: string | null | undefined): string | null {
  return text === null || text === undefined || text === '' ? null : text;
}
