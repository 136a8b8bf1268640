import type { ProxyKind } from '../comparison/proxy.js';
import { everyLimit, type TenantSettings } from '../comparison/proxies/bench-tenant.js';
import { caddy } from '../comparison/proxies/caddy.js';
import { direct } from '../comparison/proxies/direct.js';
import { haproxy } from '../comparison/proxies/haproxy.js';
import { nginxForHttp } from '../comparison/proxies/nginx.js';
import { nodeProxy } from '../comparison/proxies/node-proxy.js';
import { sluice } from '../comparison/proxies/sluice.js';

const setup = 'one process, an agent with keepAlive';

/** Every limit is set, and none is reached. */
export const httpTenant: TenantSettings = {
  ...everyLimit,
  route: { ...everyLimit.route, http: 'proxy', requestsPerSecond: 1_000_000 },
};

const all: readonly ProxyKind[] = [
  direct,
  sluice({ tenant: httpTenant }),
  nginxForHttp,
  haproxy,
  caddy,
  nodeProxy({ name: 'http-proxy-3', packageName: 'http-proxy-3', setup }),
  nodeProxy({ name: 'httpxy', packageName: 'httpxy', setup }),
  nodeProxy({
    name: 'fastify-http-proxy',
    packageName: '@fastify/http-proxy',
    setup: 'one process, over undici',
  }),
];

/** The participants; all of them without names. */
export function httpKinds(names?: readonly string[]): ProxyKind[] {
  const known = all.map(({ name }) => name.toLowerCase());
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`--only: expected some of ${known.join(',')}, not ${unknown}`);
  return all.filter(({ name }) => names?.includes(name.toLowerCase()) ?? true);
}
