import { ProblemError } from '../http/problem-error.js';

/** Throws `fleet_incomplete` when a gateway was silent: what none of the others has may be there. */
export function refuseIncomplete(silentGateways: string[]): void {
  if (silentGateways.length === 0) return;
  const detail = `No answer within a second from ${silentGateways.join(', ')}.`;
  throw new ProblemError('fleet_incomplete', { detail, silentGateways }, { 'Retry-After': '1' });
}
