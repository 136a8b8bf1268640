import type { Quota } from '#libs/contract';
import { defineEntity } from './define-entity.js';

/** A copy of the quota of a tenant, a route or an API key for queries; there is no row without a quota. */
export interface QuotaRow {
  subjectId: string;
  tenantId: string;
  quota: Quota;
}

export const QuotaEntity = defineEntity<QuotaRow>({
  name: 'Quota',
  tableName: 'quotas',
  columns: {
    subjectId: { type: 'varchar', primary: true },
    tenantId: { type: 'varchar' },
    quota: { type: 'simple-json' },
  },
});
