import type { MessageKey } from '../messages/language.js';

/** What to check for the codes of refused handshakes that a user can act on. */
export const checks: Readonly<Partial<Record<string, MessageKey>>> = {
  no_route: 'check.no_route',
  key_required: 'check.key_required',
  key_invalid: 'check.key_invalid',
  key_expired: 'check.key_expired',
  key_forbidden: 'check.key_forbidden',
  ticket_invalid: 'check.ticket_invalid',
  origin_forbidden: 'check.origin_forbidden',
  tenant_suspended: 'check.tenant_suspended',
  token_required: 'check.token_required',
  token_invalid: 'check.token_invalid',
  connection_limit: 'check.connection_limit',
  connect_rate: 'check.connect_rate',
  usage_quota: 'check.usage_quota',
  draining: 'check.draining',
  maintenance: 'check.maintenance',
  upstream_unavailable: 'check.upstream_unavailable',
  upstream_forbidden_address: 'check.upstream_forbidden_address',
  bad_path: 'check.bad_path',
};
