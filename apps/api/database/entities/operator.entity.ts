import { defineEntity } from './define-entity.js';

/** `admin`: everything. `viewer`: read-only. */
export type OperatorRole = 'admin' | 'viewer';

/** A stored operator, without the token's secret. */
export interface OperatorRow {
  id: string;
  name: string;
  role: OperatorRole;
  prefix: string;
  secretHash: string;
  revokedAt: string | null;
  createdAt: string;
}

export const OperatorEntity = defineEntity<OperatorRow>({
  name: 'Operator',
  tableName: 'operators',
  columns: {
    id: { type: 'varchar', primary: true },
    name: { type: 'varchar' },
    role: { type: 'varchar' },
    prefix: { type: 'varchar' },
    secretHash: { type: 'varchar' },
    revokedAt: { type: 'varchar', nullable: true },
    createdAt: { type: 'varchar' },
  },
});
