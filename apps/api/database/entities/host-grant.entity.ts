import { storedEntity } from './stored-entity.js';

/** One of the `hosts` of a tenant, where an index finds it. It goes with its tenant. */
export interface HostGrant {
  hostKey: string;
  tenantId: string;
}

export const HostGrantEntity = storedEntity<HostGrant>({
  name: 'HostGrant',
  tableName: 'host_grants',
  columns: {
    hostKey: { type: 'varchar', primary: true },
    tenantId: { type: 'varchar', primary: true },
  },
});
