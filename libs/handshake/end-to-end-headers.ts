import { fieldName } from './field-name.js';
import { headerValues, type HeaderField } from './header-field.js';
import { listElements } from './token-list.js';

/**
 * Returns the fields that are forwarded to the next hop. It omits the fields of the connection and the fields
 * that `Connection` names (RFC 9110 §7.6.1). A sender cannot remove the fields that the handshake, the Origin
 * check and loop detection depend on by naming them in `Connection`.
 */
export function endToEndHeaders(headers: readonly HeaderField[]): HeaderField[] {
  const named = removableNames(headers);
  return headers.filter(([name]) => {
    const { lower, isHopByHop } = fieldName(name);
    return !isHopByHop && !named.includes(lower);
  });
}

function removableNames(headers: readonly HeaderField[]): string[] {
  const names: string[] = [];
  for (const option of listElements(headerValues(headers, 'connection'))) {
    const { lower, isHopByHop, isFixed } = fieldName(option);
    if (!isHopByHop && !isFixed && lower !== 'origin' && lower !== 'content-length') names.push(lower);
  }
  return names;
}
