import { z } from 'zod';
import { hostPatternSchema, routeMatchSchema } from '#libs/contract';
import { hostKeyOf } from '../database/entities/host-key.js';
import { RouteEntity, type RouteRow } from '../database/entities/route.entity.js';
import { references } from '../http/references.js';
import { equalTo, foundBy, oneOf, wordTerm, type Condition } from './condition.js';
import { filterFlagSchema, listFields } from './list-query.js';
import { labelled } from './label-filter.js';
import { limitedTermOf } from './limited-term.js';
import type { Listing } from './listing.js';
import { searchWords, sortKeyOfName } from './search-words.js';
import { upstreamFilterSchema, upstreamTerm, withUpstream } from './upstream-filter.js';

export const routeListing: Listing<RouteRow> = {
  entity: RouteEntity,
  tables: { rows: 'listed_routes', terms: 'route_terms', labelKind: 'route' },
  indexed: ['tenantId', 'createdAt', 'updatedAt', 'name', 'host'],
  sortedInTenant: 'createdAt',
  columnsOf: ({ tenantId, createdAt, updatedAt, hostKey, definition }) => {
    const { name, enabled, match } = definition;
    const { pathType } = match;
    return { tenantId, createdAt, updatedAt, name: sortKeyOfName(name), host: hostKey, enabled, pathType };
  },
  termsOf: ({ tenantId, definition }) => {
    const { name, match, upstreams } = definition;
    return [
      ...searchWords(`${name} ${match.host} ${match.path}`).map(wordTerm),
      ...upstreams.map(({ url }) => upstreamTerm(url)),
      ...limitedTermOf(tenantId, definition),
    ];
  },
};

export const routeListQuerySchema = z.strictObject({
  ...listFields(['createdAt', 'updatedAt', 'name', 'host'], 'the name, the host or the path'),
  host: hostPatternSchema.optional().meta({ description: 'The exact `match.host`' }),
  enabled: filterFlagSchema.meta({ description: 'Only enabled, or only disabled routes' }),
  pathType: routeMatchSchema.shape.pathType.unwrap().optional().meta({ description: 'The `match.pathType`' }),
  upstream: upstreamFilterSchema.optional(),
});

/** The query of the list over all tenants. */
export const allRoutesQuerySchema = z.strictObject({
  ...routeListQuerySchema.shape,
  tenant: references.tenant.schema.optional().meta({ description: 'Id or slug of the tenant' }),
});

export type RouteListQuery = z.output<typeof routeListQuerySchema>;
export type AllRoutesQuery = z.output<typeof allRoutesQuerySchema>;

/** The conditions of a query, within these tenants or, with null, all. */
export function routeConditions(query: RouteListQuery, tenantIds: readonly string[] | null): Condition[] {
  const { host, enabled, pathType, upstream, label, q } = query;
  return [
    ...oneOf('tenantId', tenantIds),
    ...equalTo('host', host === undefined ? null : hostKeyOf(host)),
    ...equalTo('enabled', enabled),
    ...equalTo('pathType', pathType),
    ...(upstream === undefined ? [] : [withUpstream(upstream)]),
    ...labelled(label),
    ...foundBy(q),
  ];
}
