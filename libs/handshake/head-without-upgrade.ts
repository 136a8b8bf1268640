import { fieldName } from './field-name.js';
import { headerFields, type HeaderField } from './header-field.js';
import { composeHead } from './message-head.js';
import type { RequestHead } from './request-message.js';
import { listElements } from './token-list.js';

/**
 * Composes the head of a request again without its `Upgrade`, to be read by a parser as `latin1`.
 */
export function headWithoutUpgrade({ method, target, httpVersion, rawHeaders }: RequestHead): string {
  const fields = headerFields(rawHeaders).flatMap(([name, value]): HeaderField[] => {
    const { lower } = fieldName(name);
    if (lower === 'upgrade') return [];
    if (lower !== 'connection') return [[name, value]];
    const options = listElements([value]).filter((option) => option.toLowerCase() !== 'upgrade');
    return options.length === 0 ? [] : [[name, options.join(', ')]];
  });
  return composeHead(`${method} ${target} HTTP/${httpVersion}`, fields);
}
