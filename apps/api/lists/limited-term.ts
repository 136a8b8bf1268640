import { hasQuota, type ApiKey } from '#libs/contract';

/** The limits and quotas that routes and keys have. */
export type OwnLimits = Pick<ApiKey, 'maxConnections' | 'messagesPerSecond' | 'bytesPerSecond' | 'quota'>;

/** The term by which the routes or keys of a tenant with a limit or quota are found. */
export function limitedTerm(tenantId: string): string {
  return `limited:${tenantId}`;
}

/** The term if one of the limits is set. */
export function limitedTermOf(
  tenantId: string,
  { maxConnections, messagesPerSecond, bytesPerSecond, quota }: OwnLimits,
): string[] {
  const isLimited = maxConnections !== null || messagesPerSecond !== null || bytesPerSecond !== null;
  return isLimited || hasQuota(quota) ? [limitedTerm(tenantId)] : [];
}
