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
  const kept: HeaderField[] = [];
  for (const field of headers) {
    const { lower, isHopByHop } = fieldName(field[0]);
    if (!isHopByHop && !named.includes(lower)) kept.push(field);
  }
  return kept;
}

function removableNames(headers: readonly HeaderField[]): string[] {
  const names: string[] = [];
  const values = headerValues(headers, 'connection');
  // The value that most clients send; it names no field.
  if (values.length === 1 && values[0] === 'Upgrade') return names;
  for (const option of listElements(values)) {
    const { lower, isHopByHop, isFixed } = fieldName(option);
    if (!isHopByHop && !isFixed && lower !== 'origin' && lower !== 'content-length') names.push(lower);
  }
  return names;
}
