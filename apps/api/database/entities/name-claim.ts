/** A name in the form that is unique among all tenants; null for an empty name, which is not unique. */
export function nameClaimOf(tenantId: string, name: string): string | null {
  return name === '' ? null : `${tenantId} ${name}`;
}
