import { fieldName } from './field-name.js';
import { headerValues, type HeaderField } from './header-field.js';
import { listElements } from './token-list.js';

/**
 * The fields that go on to the next hop: not those of the connection, nor those that `Connection` names
 * (RFC 9110 §7.6.1). What the handshake, the Origin check and the detection of loops stand on cannot be taken out by naming it there.
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
