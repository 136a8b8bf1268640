/** A minimal document for `PUT /v1/config` of one tenant with this many routes and keys. */
export interface ManyThings {
  version: 1;
  tenants: { slug: string; routes: { id?: string; match: object }[]; apiKeys: object[] }[];
}

export function manyThings(slug: string, { routes, keys }: { routes: number; keys: number }): ManyThings {
  const upstreams = [{ url: 'ws://10.0.0.5:9000/base' }];
  const tenant = {
    slug,
    routes: Array.from({ length: routes }, (_, index) => ({
      match: { host: `${slug}.example`, path: `/${String(index)}` },
      upstreams,
    })),
    apiKeys: Array.from({ length: keys }, (_, index) => ({
      name: `key ${String(index)}`,
      prefix: `slc_${String(index).padStart(12, '0')}`,
      secretHash: String(index).padStart(64, '0'),
    })),
  };
  return { version: 1, tenants: [tenant] };
}
