import { isReservedHeader } from '#libs/contract';
import { foldHeaderName } from './fold-header-name.js';
import { isForwardingHeader } from './forwarding-headers.js';
import type { HeaderField } from './header-field.js';

/**
 * The fields without those whose name is another spelling of one that the gateway interprets, such as
 * `X_Forwarded_For` or `X_Api_Key`. The gateway would look past such a field, and the upstream would read it as the real
 * one. No peer is believed in it, a trusted proxy no more than a client: the proxy passes on what it does not know.
 */
export function withoutDisguisedFields(headers: readonly HeaderField[]): HeaderField[] {
  return headers.filter(([name]) => !isDisguised(name));
}

function isDisguised(name: string): boolean {
  const folded = foldHeaderName(name);
  if (folded === name.toLowerCase()) return false;
  return isReservedHeader(folded) || isForwardingHeader(folded) || folded === 'x-api-key';
}
