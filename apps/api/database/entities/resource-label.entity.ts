import { defineEntity } from './define-entity.js';

/** A label of a tenant, a route or an API key: a copy of its `labels` for queries. */
export interface ResourceLabelRow {
  kind: 'tenant' | 'route' | 'apiKey';
  /** The tenant that owns the resource; the tenant itself for its own labels. */
  tenantId: string;
  resourceId: string;
  name: string;
  value: string;
}

export const ResourceLabelEntity = defineEntity<ResourceLabelRow>({
  name: 'ResourceLabel',
  tableName: 'resource_labels',
  columns: {
    kind: { type: 'varchar' },
    tenantId: { type: 'varchar' },
    resourceId: { type: 'varchar', primary: true },
    name: { type: 'varchar', primary: true },
    value: { type: 'varchar' },
  },
});
