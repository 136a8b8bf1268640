import type { PublishedRoute, PublishedTenant } from '#libs/contract';
import { checkProvedKey } from '#libs/credentials';
import type { RequestMessage } from '#libs/handshake';
import type { Configuration } from '#libs/routing';
import { checkAccess, type AdmittedAccess } from './checks/check-access.js';
import { refusalForMaintenance } from './checks/check-maintenance.js';
import { refusalForQuota } from './checks/check-quota.js';
import type { ClientIdentity } from './identification.js';
import { matchRoute } from './match-route.js';
import type { Refusal } from './refusal.js';

/** An authenticated client, before the limits are checked. */
export interface AuthenticatedRequest
  extends ClientIdentity, Pick<AdmittedAccess, 'origin' | 'hasClientCertificate'> {
  /** The position of the configuration from which the other fields were read. */
  position: Configuration['position'];
  tenant: PublishedTenant;
  route: PublishedRoute;
}

export type CurrentAccess = { ok: true; current: AuthenticatedRequest } | { ok: false; refusal: Refusal };

/**
 * Whether the current configuration admits an authenticated request, with its current tenant, route and key.
 * Must be called after each wait. A request that now matches another route is refused, because its credential
 * was checked for the previous route.
 */
export function currentAccess(
  configuration: Pick<Configuration, 'position' | 'match' | 'tenant' | 'apiKey' | 'exhaustion'>,
  request: RequestMessage,
  authenticated: AuthenticatedRequest,
  now: () => number,
): CurrentAccess {
  const { position } = configuration;
  // A new object with each change. Matching again would cost every request as much as
  // matching it the first time.
  if (position === authenticated.position) return { ok: true, current: authenticated };
  const matched = matchRoute(configuration, request);
  if (!matched.ok) return matched;
  const { route } = matched;
  const tenant = configuration.tenant(authenticated.tenant.id);
  if (!tenant || route.id !== authenticated.route.id) {
    return refuse({ code: 'no_route', cause: 'the route is gone' });
  }
  if (tenant.status !== 'active') return refuse({ code: 'tenant_suspended' });
  const maintenance = refusalForMaintenance(route, tenant);
  if (maintenance) return refuse(maintenance);
  const access = checkAccess(route, authenticated);
  if (!access.ok) return refuse(access);
  const { keyPrefix, token, credentialSource, origin, hasClientCertificate } = authenticated;
  let { apiKey } = authenticated;
  if (apiKey !== null) {
    apiKey = configuration.apiKey(apiKey.id);
    const use = checkProvedKey(apiKey, keyPrefix, route, now());
    if (!use.ok) return refuse(use);
  }
  const quota = refusalForQuota(configuration, { tenant, route, apiKey }, now);
  if (quota) return refuse(quota);
  const client = { apiKey, keyPrefix, token, credentialSource, origin, hasClientCertificate };
  return { ok: true, current: { position, tenant, route, ...client } };
}

function refuse(refusal: Refusal): CurrentAccess {
  return { ok: false, refusal };
}
