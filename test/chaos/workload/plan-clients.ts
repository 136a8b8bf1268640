import type { Cluster } from '../cluster/cluster.js';
import type { Random } from '../../support/random.js';
import type { CheckedLimit } from '../checkers/limit-checker.js';
import { restOrThrow } from './rest.js';
import type { ClientPlan } from './client-plan.js';

export interface WorkloadSize {
  /** Clients that stay connected, of a tenant without a limit. */
  steady: number;
  /** Clients that connect and disconnect, of a tenant with a limit of `limit` connections. */
  pushing: number;
  limit: number;
  /** The limit of one of the tenant's routes. */
  narrowLimit: number;
}

/** The tenant of the clients that stay connected. */
export const steadyTenant = 'steady';

const steady = { tenant: steadyTenant, path: '/steady' };
const limited = { tenant: 'limited', wide: '/limited/wide', narrow: '/limited/narrow' };
const sendEveryMs = 700;

/** Creates the tenants and routes of the workload; resolves with its clients. */
export async function planClients(
  cluster: Cluster,
  size: WorkloadSize,
  random: Random,
): Promise<ClientPlan[]> {
  const apiUrl = cluster.apis[0]?.url ?? '';
  const write = (path: string, body: object) => restOrThrow(apiUrl, 'POST', path, body);
  await write('/tenants', { slug: steady.tenant, limits: { maxConnections: null } });
  await write('/tenants', { slug: limited.tenant, limits: { maxConnections: size.limit } });
  const { key } = await write(`/tenants/${limited.tenant}/api-keys`, { name: 'pushing' });
  const upstreams = cluster.upstreams.map(({ url }) => ({ url }));
  const route = (tenant: string, path: string, more: object = {}) =>
    write(`/tenants/${tenant}/routes`, {
      ...{ match: { path }, upstreams, requestHeaders: { set: { 'X-Chaos-Tenant': tenant } } },
      // Shorter than a pause of a gateway, which must not consider its peers dead when it resumes.
      keepalive: { pingIntervalMs: 5000 },
      ...more,
    });
  await route(steady.tenant, steady.path, { auth: { mode: 'none' } });
  await route(limited.tenant, limited.wide);
  await route(limited.tenant, limited.narrow, { maxConnections: size.narrowLimit });
  const placed = (index: number) => {
    const gateway = index % cluster.gateways.length;
    const url = cluster.gateways[gateway]?.url ?? '';
    return { gateway: gateway + 1, url, sendEveryMs, seed: random.below(2 ** 31) };
  };
  const staying = Array.from({ length: size.steady }, (_, index) => ({
    ...{ name: `steady-${index + 1}`, ...steady, apiKey: null, stayMs: null },
    ...placed(index),
  }));
  const pushing = Array.from({ length: size.pushing }, (_, index) => ({
    ...{ name: `pushing-${index + 1}`, tenant: limited.tenant, apiKey: String(key) },
    path: index % 3 === 0 ? limited.narrow : limited.wide,
    stayMs: { min: 1000, max: 9000 },
    // Each gateway gets clients of both paths.
    ...placed(Math.floor(index / 3)),
  }));
  return [...staying, ...pushing];
}

/** The limits that this workload pushes against. */
export function limitsOf({ limit, narrowLimit }: WorkloadSize): CheckedLimit[] {
  return [
    { name: 'connections of the tenant', max: limit, counts: ({ tenant }) => tenant === limited.tenant },
    { name: 'connections of the route', max: narrowLimit, counts: ({ path }) => path === limited.narrow },
  ];
}
