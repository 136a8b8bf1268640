import { defineEntity } from './define-entity.js';

/** `admin`: everything. `viewer`: reads, and changes nothing. */
export type OperatorRole = 'admin' | 'viewer';

/** An operator as it is stored; the token itself is not. */
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
