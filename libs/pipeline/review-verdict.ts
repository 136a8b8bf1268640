import type { LiveConnection } from '#libs/connections';
import type { Maintenance, PublishedApiKey, PublishedRoute, PublishedTenant } from '#libs/contract';
import { checkProvedKey } from '#libs/credentials';
import type { Exhaustion } from '#libs/routing';
import { checkAccess } from './checks/check-access.js';
import { isClosedByQuota } from './checks/check-quota.js';
import type { Refusal } from './refusal.js';
import { whyUpstreamEnded } from './why-upstream-ended.js';

/** The part of the configuration that a review reads: current values by id. */
export interface CurrentConfiguration {
  tenant(id: string): PublishedTenant | null;
  route(id: string): PublishedRoute | null;
  apiKey(id: string): PublishedApiKey | null;
  exhaustion(subjectId: string): Exhaustion | null;
}

/** An admitted client whose connection or request is not over. */
export interface ReviewedClient extends Pick<
  LiveConnection,
  | 'tenant'
  | 'route'
  | 'apiKey'
  | 'keyPrefix'
  | 'token'
  | 'credentialSource'
  | 'origin'
  | 'hasClientCertificate'
> {
  /** Null as long as no upstream was asked. */
  readonly listedUpstreamUrl: string | null;
}

/**
 * What a change means for an admitted client: it goes on, it ends now, or it ends within the drain
 * period. The reason is for close frames, the code for a request that is not answered yet.
 */
export type Verdict =
  { action: 'keep' } | { action: 'close' | 'drain'; reason: string; code: Refusal['code'] };

/** Judges an admitted client by the current configuration. */
export function verdictOf(
  configuration: CurrentConfiguration,
  client: ReviewedClient,
  nowMs: number,
): Verdict {
  const tenant = configuration.tenant(client.tenant.id);
  if (tenant?.status !== 'active') return close('tenant suspended', 'tenant_suspended');
  const route = configuration.route(client.route.id);
  if (!route?.enabled) return close('closed by operator', 'no_route');
  const keyEnd = whyKeyEnded(configuration, client, nowMs);
  if (keyEnd) return keyEnd;
  if (client.token && client.token.expiresAtMs <= nowMs) return close('token expired', 'token_expired');
  if (route.onAccessChange === 'close') {
    const access = checkAccess(route, client);
    if (!access.ok) return close('access changed', access.code);
  }
  if (isClosedByQuota(configuration, client, nowMs)) return close('quota exceeded', 'usage_quota');
  if (drainsForMaintenance(route) || drainsForMaintenance(tenant)) {
    return { action: 'drain', reason: 'under maintenance', code: 'maintenance' };
  }
  const { listedUpstreamUrl } = client;
  if (route.onChange !== 'drain' || listedUpstreamUrl === null) return { action: 'keep' };
  const reason = whyUpstreamEnded({ route: client.route, listedUpstreamUrl }, route);
  return reason === null ? { action: 'keep' } : { action: 'drain', reason, code: 'upstream_unavailable' };
}

function whyKeyEnded(
  configuration: CurrentConfiguration,
  { apiKey: admitted, keyPrefix, route }: ReviewedClient,
  nowMs: number,
): Verdict | null {
  if (admitted === null) return null;
  // A connection is valid as long as the secret that opened it.
  const check = checkProvedKey(configuration.apiKey(admitted.id), keyPrefix, route, nowMs);
  return check.ok ? null : close(keyEndReason(check.code), check.code);
}

function keyEndReason(code: 'key_invalid' | 'key_expired' | 'key_forbidden'): string {
  switch (code) {
    case 'key_invalid':
      return 'key revoked';
    case 'key_expired':
      return 'key expired';
    case 'key_forbidden':
      return 'access changed';
    default:
      return code satisfies never;
  }
}

function drainsForMaintenance({ maintenance }: { maintenance: Maintenance | null }): boolean {
  return maintenance?.connections === 'drain';
}

function close(reason: string, code: Refusal['code']): Verdict {
  return { action: 'close', reason, code };
}
