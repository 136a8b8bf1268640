import { generateApiKey } from '#libs/credentials';

export interface DocumentSize {
  tenants: number;
  routes: number;
  keys: number;
}

interface BenchTenant {
  slug: string;
  /** An export omits empty lists of a tenant. */
  routes?: { name: string }[];
  apiKeys?: object[];
}

export interface BenchDocument {
  version: 1;
  tenants: BenchTenant[];
}

/** A document with this many tenants, and with these total numbers of routes and keys. */
export function largeDocument({ tenants, routes, keys }: DocumentSize): BenchDocument {
  return {
    version: 1,
    tenants: Array.from({ length: tenants }, (_, tenant) => ({
      slug: `bench-${tenant}`,
      limits: { maxConnections: 1000 },
      routes: Array.from({ length: routes / tenants }, (_, route) => benchRoute(tenant, route)),
      apiKeys: Array.from({ length: keys / tenants }, (_, key) => benchKey(key)),
    })),
  };
}

function benchRoute(tenant: number, route: number): { name: string } {
  return {
    name: `chat ${route}`,
    match: { host: `chat.bench-${tenant}.example`, path: `/api/v1/room-${route}`, pathType: 'prefix' },
    upstreams: [
      { url: `ws://chat-${tenant}.upstream.example:9000/base`, weight: 1 },
      { url: `ws://chat-${tenant}.standby.example:9000/base`, weight: 1 },
    ],
    requestHeaders: { set: { 'X-Room': String(route) }, remove: [] },
  } as { name: string };
}

function benchKey(key: number): object {
  const { prefix, secretHash } = generateApiKey();
  return { name: `key ${key}`, prefix, secretHash };
}
