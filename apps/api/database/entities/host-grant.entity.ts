import { defineEntity } from './define-entity.js';

/** One of the `hosts` of a tenant, in an index. It is deleted with its tenant. */
export interface HostGrant {
  hostKey: string;
  tenantId: string;
}

export const HostGrantEntity = defineEntity<HostGrant>({
  name: 'HostGrant',
  tableName: 'host_grants',
  columns: {
    hostKey: { type: 'varchar', primary: true },
    tenantId: { type: 'varchar', primary: true },
  },
});
