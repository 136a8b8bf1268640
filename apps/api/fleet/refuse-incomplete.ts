import { ProblemError } from '../http/problem-error.js';

/** Throws `fleet_incomplete` when a gateway did not answer: it may have the resource that the others lack. */
export function refuseIncomplete(silentGateways: string[]): void {
  if (silentGateways.length === 0) return;
  const detail = `No answer in time from ${silentGateways.join(', ')}.`;
  throw new ProblemError('fleet_incomplete', { detail, silentGateways }, { 'Retry-After': '1' });
}
