import { hopByHopHeaders } from '#libs/contract';
import { headerValues, type HeaderField } from './header-field.js';
import { listElements } from './token-list.js';

/**
 * The fields that go on to the next hop: not those of the connection, nor those that `Connection` names
 * (RFC 9110 §7.6.1). What the handshake, the Origin check and the detection of loops stand on cannot be taken out by naming it there.
 */
export function endToEndHeaders(headers: readonly HeaderField[]): HeaderField[] {
  const named = new Set(listElements(headerValues(headers, 'connection')).map((name) => name.toLowerCase()));
  return headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return !hopByHopHeaders.has(lower) && (!named.has(lower) || isNeeded(lower));
  });
}

function isNeeded(name: string): boolean {
  return ['host', 'origin', 'content-length', 'via'].includes(name) || name.startsWith('sec-websocket-');
}
