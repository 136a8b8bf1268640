import { z } from 'zod';
import { tenantSchema, type Tenant } from '#libs/contract';
import { TenantEntity } from '../database/entities/tenant.entity.js';
import { equalTo, foundBy, wordTerm, type Condition } from './condition.js';
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

/** The conditions of a query; a tenant sees only itself, an operator (null) all tenants. */
export function tenantConditions(
  { status, label, q }: TenantListQuery,
  tenantId: string | null,
): Condition[] {
  return [...equalTo('id', tenantId), ...equalTo('status', status), ...labelled(label), ...foundBy(q)];
}
