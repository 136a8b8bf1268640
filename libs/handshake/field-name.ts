import { hopByHopHeaders, isReservedHeader } from '#libs/contract';
import { foldHeaderName } from './fold-header-name.js';
import { isForwardingHeader } from './forwarding-names.js';
import { isToken } from './token-list.js';

/** The properties of a header field name that the gateway needs. */
export interface FieldName {
  /** The name itself. All requests share this string, with its hash, so looking it up again costs less. */
  spelling: string;
  lower: string;
  isToken: boolean;
  /** Whether the field belongs to the connection, not to the message (RFC 9110 §7.6.1). */
  isHopByHop: boolean;
  /**
   * Whether the field is `Host`, `Via` or a field that the WebSocket handshake depends on. No route can
   * change these fields.
   */
  isFixed: boolean;
  /** Whether only the gateway and trusted proxies may send the field; a client's value is not forwarded. */
  isOwn: boolean;
  /**
   * Whether the name is another spelling of a name that the gateway interprets, such as `X_Forwarded_For`.
   */
  isDisguised: boolean;
}

// Clients use some twenty names in all. If a client sends invented names, the cache fills up and is cleared.
const maxNames = 1024;
const maxNameBytes = 64;
const known = new Map<string, FieldName>();

/**
 * Returns the properties of a name. They are computed once for each spelling, because a handshake needs them
 * over a hundred times.
 */
export function fieldName(name: string): FieldName {
  const found = known.get(name);
  if (found) return found;
  const facts = readName(ownString(name));
  if (!facts.isToken || name.length > maxNameBytes) return facts;
  if (known.size >= maxNames) known.clear();
  known.set(facts.spelling, facts);
  return facts;
}

function readName(name: string): FieldName {
  const lower = ownString(name.toLowerCase());
  const isReserved = isReservedHeader(lower);
  const isForwarding = isForwardingHeader(lower);
  return {
    spelling: name,
    lower,
    isToken: isToken(name),
    isHopByHop: hopByHopHeaders.has(lower),
    isFixed: lower === 'host' || lower === 'via' || lower.startsWith('sec-websocket-'),
    isOwn: isReserved || isForwarding,
    isDisguised: isDisguised(lower),
  };
}

// The gateway would ignore such a field, but an upstream behind a CGI-like interface would read it as the
// real field. The gateway does not accept it from a trusted proxy either, because such a proxy forwards
// fields that it does not know.
function isDisguised(lower: string): boolean {
  const folded = foldHeaderName(lower);
  if (folded === lower) return false;
  return isReservedHeader(folded) || isForwardingHeader(folded) || folded === 'x-api-key';
}

// V8 keeps a whole string in memory as long as a part of it is referenced. Here the whole string would be the
// head of a request.
function ownString(part: string): string {
  return Buffer.from(part).toString();
}
