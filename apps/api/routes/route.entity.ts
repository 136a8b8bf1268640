import type { RouteCreate } from '#libs/contract';
import { storedEntity } from '../database/stored-entity.js';

export interface RouteRow {
  id: string;
  tenantId: string;
  /** Host and path of an enabled route, unique over all tenants; null while the route is disabled. */
  claim: string | null;
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
    definition: { type: 'simple-json' },
    createdAt: { type: 'varchar' },
    updatedAt: { type: 'varchar' },
  },
});
