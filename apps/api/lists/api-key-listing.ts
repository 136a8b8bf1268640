import { z } from 'zod';
import { keyScopeSchema, momentSchema } from '#libs/contract';
import { ApiKeyEntity, type ApiKeyRow } from '../database/entities/api-key.entity.js';
import { references } from '../http/references.js';
import { equalTo, foundBy, oneOf, wordTerm, type Condition } from './condition.js';
import { filterFlagSchema, listFields } from './list-query.js';
import { labelled } from './label-filter.js';
import { limitedTermOf } from './limited-term.js';
import type { Listing } from './listing.js';
import { searchWords, sortKeyOfName } from './search-words.js';

/** Sorts after every moment. */
const never = '~';

export const apiKeyListing: Listing<ApiKeyRow> = {
  entity: ApiKeyEntity,
  tables: { rows: 'listed_api_keys', terms: 'api_key_terms', labelKind: 'apiKey' },
  indexed: ['tenantId', 'createdAt', 'name', 'lastUsedAt', 'expiresAt'],
  sortedInTenant: 'createdAt',
  columnsOf: ({ tenantId, name, scopes, expiresAt, revokedAt, lastUsedAt, createdAt }) => ({
    tenantId,
    createdAt,
    name: sortKeyOfName(name),
    lastUsedAt: lastUsedAt ?? '',
    // As stored it may have any precision, which text does not compare.
    expiresAt: expiresAt === null ? never : momentKey(expiresAt),
    revoked: revokedAt !== null,
    connect: scopes.includes('connect'),
    read: scopes.includes('read'),
    manage: scopes.includes('manage'),
  }),
  termsOf: (row) => {
    const { tenantId, name, prefix, previousPrefix, routeIds, revokedAt } = row;
    return [
      ...searchWords(`${name} ${prefix} ${previousPrefix ?? ''}`).map(wordTerm),
      ...(routeIds ?? []).map(routeTerm),
      ...(revokedAt === null ? limitedTermOf(tenantId, row) : []),
    ];
  },
};

export const apiKeyListQuerySchema = z.strictObject({
  ...listFields(['createdAt', 'name', 'lastUsedAt', 'expiresAt'], 'the name, or of the prefix of the key'),
  scope: keyScopeSchema.optional().meta({ description: 'Keys with this scope, beside others' }),
  revoked: filterFlagSchema.meta({ description: 'Only revoked keys, or only keys that are not' }),
  expiresBefore: momentSchema.optional().meta({ description: 'Keys that expire before this time' }),
  route: references.route.schema.optional().meta({
    description:
      'Keys whose `routeIds` contain this route: its id or, if the list is of one tenant, its name',
  }),
});

/** The query of the list over all tenants. */
export const allApiKeysQuerySchema = z.strictObject({
  ...apiKeyListQuerySchema.shape,
  tenant: references.tenant.schema.optional().meta({ description: 'Id or slug of the tenant' }),
});

export type ApiKeyListQuery = z.output<typeof apiKeyListQuerySchema>;
export type AllApiKeysQuery = z.output<typeof allApiKeysQuerySchema>;

/** The conditions of a query, whose `route` is an id, within these tenants or, with null, all. */
export function apiKeyConditions(query: ApiKeyListQuery, tenantIds: readonly string[] | null): Condition[] {
  const { scope, revoked, expiresBefore, route, label, q } = query;
  return [
    ...oneOf('tenantId', tenantIds),
    ...(scope === undefined ? [] : equalTo(scope, true)),
    ...equalTo('revoked', revoked),
    ...(expiresBefore === undefined ? [] : [expiringBefore(expiresBefore)]),
    ...(route === undefined ? [] : [{ kind: 'term', term: routeTerm(route) } as const]),
    ...labelled(label),
    ...foundBy(q),
  ];
}

function expiringBefore(moment: string): Condition {
  return { kind: 'before', column: 'expiresAt', value: momentKey(moment) };
}

function momentKey(moment: string): string {
  return new Date(moment).toISOString();
}

function routeTerm(id: string): string {
  return `route:${id}`;
}
