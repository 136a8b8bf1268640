import type { ConfigEntry, Tenant } from '#libs/contract';

/** A tenant as gateways receive it. */
export function tenantEntry({ id, slug, status, limits }: Tenant): ConfigEntry {
  return { kind: 'tenant', id, value: { id, slug, status, limits } };
}
