import type { DialFailure } from '../dialing/dial-options.js';

/**
 * The reason of a failed dial, for the owner of the route. The detail of the failure may contain addresses
 * that only the operator should see.
 */
export function describeDialFailure({ code, detail }: Pick<DialFailure, 'code' | 'detail'>): string {
  switch (code) {
    case 'upstream_timeout':
      return 'no connection within the timeout';
    case 'upstream_forbidden_address':
      return 'its address may not be dialed';
    case 'aborted':
      return 'the probe was stopped';
    case 'upstream_refused':
      return reasonOf(detail);
  }
}

function reasonOf(detail: string): string {
  if (detail.includes('was not resolved')) return 'its name was not resolved';
  if (/certificate|altnames/i.test(detail)) return 'its certificate is not accepted';
  if (/\b(?:SSL|TLS|EPROTO)\b/.test(detail)) return 'the TLS handshake failed';
  if (detail.includes('ECONNREFUSED')) return 'the connection was refused';
  if (/\bE(?:HOST|NET)UNREACH\b/.test(detail)) return 'its address cannot be reached';
  return 'the connection failed';
}
