import type { Tenant } from '#libs/contract';
import { defineEntity } from './define-entity.js';

/** A tenant is stored as the REST API shows it. */
export const TenantEntity = defineEntity<Tenant>({
  name: 'Tenant',
  tableName: 'tenants',
  columns: {
    id: { type: 'varchar', primary: true },
    slug: { type: 'varchar' },
    name: { type: 'varchar' },
    labels: { type: 'simple-json' },
    status: { type: 'varchar' },
    maintenance: { type: 'simple-json', nullable: true },
    hosts: { type: 'simple-json', nullable: true },
    limits: { type: 'simple-json' },
    quota: { type: 'simple-json' },
    createdAt: { type: 'varchar' },
    updatedAt: { type: 'varchar' },
  },
});
