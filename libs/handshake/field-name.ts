import { hopByHopHeaders, isReservedHeader } from '#libs/contract';
import { foldHeaderName } from './fold-header-name.js';
import { isForwardingHeader } from './forwarding-names.js';
import { isToken } from './token-list.js';

/** What the gateway asks about the name of a header field. */
export interface FieldName {
  lower: string;
  isToken: boolean;
  /** Of the connection, not of the message (RFC 9110 §7.6.1). */
  isHopByHop: boolean;
  /** `Host`, `Via` and what the WebSocket handshake stands on: no route changes them. */
  isFixed: boolean;
  /** The gateway sets these itself, and does not pass on what a client sends in them. */
  isOwn: boolean;
  /** Another spelling of a name that the gateway interprets, such as `X_Forwarded_For`. */
  isDisguised: boolean;
}

// Clients send some twenty names in all. A client that invents names fills the memory, and it begins again.
const maxNames = 1024;
const maxNameBytes = 64;
const known = new Map<string, FieldName>();

/** The facts about a name, which are worked out once for each spelling: a handshake asks for them over a hundred times. */
export function fieldName(name: string): FieldName {
  const found = known.get(name);
  if (found) return found;
  const facts = readName(name);
  if (!facts.isToken || name.length > maxNameBytes) return facts;
  if (known.size >= maxNames) known.clear();
  known.set(ownString(name), facts);
  return facts;
}

function readName(name: string): FieldName {
  const lower = ownString(name.toLowerCase());
  const isReserved = isReservedHeader(lower);
  const isForwarding = isForwardingHeader(lower);
  return {
    lower,
    isToken: isToken(name),
    isHopByHop: hopByHopHeaders.has(lower),
    isFixed: lower === 'host' || lower === 'via' || lower.startsWith('sec-websocket-'),
    isOwn: isReserved || isForwarding,
    isDisguised: isDisguised(lower),
  };
}

// The gateway would not look at such a field, and an upstream behind a CGI-like interface would read it as the real one. A
// trusted proxy is believed in it no more than a client: it passes on what it does not know.
function isDisguised(lower: string): boolean {
  const folded = foldHeaderName(lower);
  if (folded === lower) return false;
  return isReservedHeader(folded) || isForwardingHeader(folded) || folded === 'x-api-key';
}

// V8 keeps all of a string as long as a part of it is kept: here that would be the head of a request.
function ownString(part: string): string {
  return Buffer.from(part).toString();
}
