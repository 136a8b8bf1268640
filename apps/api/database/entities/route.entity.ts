import { hasConditions, matchKey, placeKey, regexPlace, type RouteCreate } from '#libs/contract';
import { defineEntity } from './define-entity.js';
import { hostKeyOf } from './host-key.js';
import { nameClaimOf } from './name-claim.js';

export interface RouteRow {
  id: string;
  tenantId: string;
  /** `matchKey` of an enabled route, unique among all tenants; null while the route is disabled. */
  claim: string | null;
  /** `nameClaimOf` its name, unique. */
  nameClaim: string | null;
  /** By which enabled routes with conditions at a path, and regex routes at a host, are counted. */
  sharedPlace: string | null;
  /** The index key of its host, enabled or not. */
  hostKey: string;
  definition: RouteCreate;
  createdAt: string;
  updatedAt: string;
}

export const RouteEntity = defineEntity<RouteRow>({
  name: 'Route',
  tableName: 'routes',
  columns: {
    id: { type: 'varchar', primary: true },
    tenantId: { type: 'varchar' },
    claim: { type: 'varchar', nullable: true },
    nameClaim: { type: 'varchar', nullable: true },
    sharedPlace: { type: 'varchar', nullable: true },
    hostKey: { type: 'varchar' },
    definition: { type: 'simple-json' },
    createdAt: { type: 'varchar' },
    updatedAt: { type: 'varchar' },
  },
});

/** The key that enabled routes share if requests try them one by one; null for other routes. */
export function sharedPlaceOf({ enabled, match }: Pick<RouteCreate, 'enabled' | 'match'>): string | null {
  if (!enabled) return null;
  if (match.pathType === 'regex') return regexPlace(match.host);
  return hasConditions(match) ? placeKey(match) : null;
}

/** The columns derived from the definition of a route. */
export function routeColumnsOf(
  tenantId: string,
  { name, enabled, match }: RouteCreate,
): Pick<RouteRow, 'claim' | 'nameClaim' | 'sharedPlace' | 'hostKey'> {
  return {
    claim: enabled ? matchKey(match) : null,
    nameClaim: nameClaimOf(tenantId, name),
    sharedPlace: sharedPlaceOf({ enabled, match }),
    hostKey: hostKeyOf(match.host),
  };
}
