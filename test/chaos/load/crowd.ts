import type { Cast } from '../cast/cast.js';
import type { Random } from '../../support/random.js';
import type { JudgedLimit } from '../referee/limit-referee.js';
import { restOrThrow } from '../writes/rest.js';
import type { ClientPlan } from './client-plan.js';

export interface CrowdSize {
  /** Clients that stay, of a tenant without a limit. */
  steady: number;
  /** Clients that come and go, of a tenant that may have `limit` connections. */
  pushing: number;
  limit: number;
  /** What one of the tenant's routes may have. */
  narrowLimit: number;
}

/** The tenant of those that stay. */
export const steadyTenant = 'steady';

const steady = { tenant: steadyTenant, path: '/steady' };
const limited = { tenant: 'limited', wide: '/limited/wide', narrow: '/limited/narrow' };
const talkEveryMs = 700;

/** Makes the tenants and routes of the load, and says who its clients are. */
export async function planCrowd(cast: Cast, size: CrowdSize, random: Random): Promise<ClientPlan[]> {
  const apiUrl = cast.apis[0]?.url ?? '';
  const write = (path: string, body: object) => restOrThrow(apiUrl, 'POST', path, body);
  await write('/tenants', { slug: steady.tenant, limits: { maxConnections: null } });
  await write('/tenants', { slug: limited.tenant, limits: { maxConnections: size.limit } });
  const { key } = await write(`/tenants/${limited.tenant}/api-keys`, { name: 'pushing' });
  const upstreams = cast.upstreams.map(({ url }) => ({ url }));
  const route = (tenant: string, path: string, more: object = {}) =>
    write(`/tenants/${tenant}/routes`, {
      ...{ match: { path }, upstreams, requestHeaders: { set: { 'X-Chaos-Tenant': tenant } } },
      // Shorter than a gateway is frozen: it must not take its peers for dead when it wakes up.
      keepalive: { pingIntervalMs: 5000 },
      ...more,
    });
  await route(steady.tenant, steady.path, { auth: { mode: 'none' } });
  await route(limited.tenant, limited.wide);
  await route(limited.tenant, limited.narrow, { maxConnections: size.narrowLimit });
  const placed = (index: number) => {
    const gateway = index % cast.gateways.length;
    const url = cast.gateways[gateway]?.url ?? '';
    return { gateway: gateway + 1, url, talkEveryMs, seed: random.below(2 ** 31) };
  };
  const staying = Array.from({ length: size.steady }, (_, index) => ({
    ...{ name: `steady-${index + 1}`, ...steady, apiKey: null, stayMs: null },
    ...placed(index),
  }));
  const pushing = Array.from({ length: size.pushing }, (_, index) => ({
    ...{ name: `pushing-${index + 1}`, tenant: limited.tenant, apiKey: String(key) },
    path: index % 3 === 0 ? limited.narrow : limited.wide,
    stayMs: { least: 1000, most: 9000 },
    // Not in step with the paths, so that each gateway has some of both.
    ...placed(Math.floor(index / 3)),
  }));
  return [...staying, ...pushing];
}

/** The limits that this crowd pushes against. */
export function limitsOf({ limit, narrowLimit }: CrowdSize): JudgedLimit[] {
  return [
    { name: 'connections of the tenant', most: limit, counts: ({ tenant }) => tenant === limited.tenant },
    { name: 'connections of the route', most: narrowLimit, counts: ({ path }) => path === limited.narrow },
  ];
}
