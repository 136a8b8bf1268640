import { newId } from './identifiers.js';

/** The field of every answer of the API, and of every refusal of a gateway. */
export const requestIdHeader = 'X-Request-Id';

const pattern = /^[A-Za-z0-9._-]{1,64}$/;

/** The id of a request: the `X-Request-Id` that its client presented if it is valid, or else a new one. */
export function requestIdFrom(presented: string | null): string {
  return presented !== null && pattern.test(presented) ? presented : newId('request');
}
