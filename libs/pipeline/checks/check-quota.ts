import type { Configuration, Exhaustion } from '#libs/routing';
import type { Refusal } from '../refusal.js';

/** The subjects whose quotas a connection uses: its tenant, its route and its key. */
interface QuotaSubjects {
  tenant: { id: string };
  route: { id: string };
  apiKey: { id: string } | null;
}

type Exhaustions = Pick<Configuration, 'exhaustion'>;

/**
 * The refusal of a connection whose tenant, route or key has used up its quota; null otherwise. Few have, and
 * the clock is read for these only.
 */
export function refusalForQuota(
  configuration: Exhaustions,
  { tenant, route, apiKey }: QuotaSubjects,
  now: () => number,
): Refusal | null {
  return (
    refusalOf('tenant', configuration.exhaustion(tenant.id), now) ??
    refusalOf('route', configuration.exhaustion(route.id), now) ??
    (apiKey && refusalOf('key', configuration.exhaustion(apiKey.id), now))
  );
}

/** Whether a live connection is closed because its tenant, route or key has used up its quota. */
export function isClosedByQuota(
  configuration: Exhaustions,
  { tenant, route, apiKey }: QuotaSubjects,
  nowMs: number,
): boolean {
  const closes = ({ id }: { id: string }): boolean => {
    const exhaustion = configuration.exhaustion(id);
    return exhaustion !== null && exhaustion.closesLive && exhaustion.untilMs > nowMs;
  };
  return closes(tenant) || closes(route) || (apiKey !== null && closes(apiKey));
}

function refusalOf(limit: string, exhaustion: Exhaustion | null, now: () => number): Refusal | null {
  if (exhaustion === null) return null;
  const nowMs = now();
  if (exhaustion.untilMs <= nowMs) return null;
  const retryAfterSeconds = Math.ceil((exhaustion.untilMs - nowMs) / 1000);
  return { code: 'usage_quota', limit, retryAfterSeconds, detail: `the quota of the ${limit} is used up` };
}
