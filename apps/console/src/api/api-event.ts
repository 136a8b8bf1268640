import { fieldsOf, numberOr, parsedFields, textOr } from './json-fields.js';

/** A place in the history of changes. */
export interface ChangePosition {
  epoch: string;
  revision: number;
}

/** A message of `/v1/events`, as far as the console uses it. */
export type ApiEvent =
  | { type: 'change'; position: ChangePosition; kinds: readonly string[] }
  | { type: 'live'; position: ChangePosition }
  | { type: 'connections' | 'upstreams' | 'gateways' };

/** Null for a message that the console does not know, as of a later API. */
export function parseApiEvent(text: unknown): ApiEvent | null {
  const fields = parsedFields(text);
  if (fields === null) return null;
  const type = textOr(fields['type'], '');
  if (type.startsWith('connection')) return { type: 'connections' };
  if (type === 'upstream.health') return { type: 'upstreams' };
  if (type.startsWith('gateway.')) return { type: 'gateways' };
  const position = {
    epoch: textOr(fields['epoch'], ''),
    revision: numberOr(fields['revision'], Number.NaN),
  };
  if (position.epoch === '' || Number.isNaN(position.revision)) return null;
  if (type === 'live') return { type, position };
  return type === 'change' ? { type, position, kinds: kindsIn(fields['entries']) } : null;
}

function kindsIn(entries: unknown): readonly string[] {
  if (!Array.isArray(entries)) return [];
  const kinds = entries.map((entry) => textOr(fieldsOf(entry)?.['kind'], ''));
  return [...new Set(kinds)].filter((kind) => kind !== '');
}
