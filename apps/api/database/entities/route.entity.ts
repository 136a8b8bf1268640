import { hasConditions, matchKey, placeKey, type RouteCreate } from '#libs/contract';
import { defineEntity } from './define-entity.js';
import { hostKeyOf } from './host-key.js';

export interface RouteRow {
  id: string;
  tenantId: string;
  /** `matchKey` of an enabled route, unique among all tenants; null while the route is disabled. */
  claim: string | null;
  /**
   * `placeKey` of an enabled route with conditions, by which such routes are counted; null for other
   * routes.
   */
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
    sharedPlace: { type: 'varchar', nullable: true },
    hostKey: { type: 'varchar' },
    definition: { type: 'simple-json' },
    createdAt: { type: 'varchar' },
    updatedAt: { type: 'varchar' },
  },
});

/** The columns derived from the match of a route. */
export function matchColumnsOf({
  enabled,
  match,
}: RouteCreate): Pick<RouteRow, 'claim' | 'sharedPlace' | 'hostKey'> {
  return {
    claim: enabled ? matchKey(match) : null,
    sharedPlace: enabled && hasConditions(match) ? placeKey(match) : null,
    hostKey: hostKeyOf(match.host),
  };
}
