import { z } from 'zod';
import { tenantSchema, type Tenant } from '#libs/contract';
import { TenantEntity } from '../database/entities/tenant.entity.js';
import { equalTo, foundBy, oneOf, wordTerm, type Condition } from './condition.js';
import { listFields } from './list-query.js';
import { labelled } from './label-filter.js';
import type { Listing } from './listing.js';
import { searchWords, sortKeyOfName } from './search-words.js';

export const tenantListing: Listing<Tenant> = {
  entity: TenantEntity,
  tables: { rows: 'listed_tenants', terms: 'tenant_terms', labelKind: 'tenant' },
  indexed: ['id', 'createdAt', 'updatedAt', 'name', 'slug'],
  sortedInTenant: null,
  columnsOf: ({ createdAt, updatedAt, name, slug, status }) => {
    return { createdAt, updatedAt, name: sortKeyOfName(name), slug, status };
  },
  termsOf: ({ name, slug }) => searchWords(`${name} ${slug}`).map(wordTerm),
};

export const tenantListQuerySchema = z.strictObject({
  ...listFields(['createdAt', 'updatedAt', 'name', 'slug'], 'the name or the slug'),
  status: tenantSchema.shape.status.optional().meta({ description: 'The `status`' }),
});

export type TenantListQuery = z.output<typeof tenantListQuerySchema>;

/** The conditions of a query, among these tenants or, with null, all. */
export function tenantConditions(
  { status, label, q }: TenantListQuery,
  tenantIds: readonly string[] | null,
): Condition[] {
  return [...oneOf('id', tenantIds), ...equalTo('status', status), ...labelled(label), ...foundBy(q)];
}
