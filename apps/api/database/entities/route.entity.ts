import type { RouteCreate } from '#libs/contract';
import { hostKeyOf } from './host-key.js';
import { storedEntity } from './stored-entity.js';

export interface RouteRow {
  id: string;
  tenantId: string;
  /** Host and path of an enabled route, unique over all tenants; null while the route is disabled. */
  claim: string | null;
  /** The host that it matches, enabled or not, as an index finds it. */
  hostKey: string;
  definition: RouteCreate;
  createdAt: string;
  updatedAt: string;
}

export const RouteEntity = storedEntity<RouteRow>({
  name: 'Route',
  tableName: 'routes',
  columns: {
    id: { type: 'varchar', primary: true },
    tenantId: { type: 'varchar' },
    claim: { type: 'varchar', nullable: true },
    hostKey: { type: 'varchar' },
    definition: { type: 'simple-json' },
    createdAt: { type: 'varchar' },
    updatedAt: { type: 'varchar' },
  },
});

/** The columns that say where a route stands. */
export function placeOf({ enabled, match }: RouteCreate): Pick<RouteRow, 'claim' | 'hostKey'> {
  // A host has no slash and a path begins with one, so the two together stay unambiguous.
  return { claim: enabled ? match.host + match.path : null, hostKey: hostKeyOf(match.host) };
}
