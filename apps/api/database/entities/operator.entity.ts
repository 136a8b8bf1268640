import { defineEntity } from './define-entity.js';

/** `admin`: everything. `viewer`: read-only. */
export type OperatorRole = 'admin' | 'viewer';

/** A stored operator, without the token's secret. */
export interface OperatorRow {
  id: string;
  name: string;
  role: OperatorRole;
  /** The tenants to which it is limited; null: it is not. */
  tenantIds: string[] | null;
  prefix: string;
  secretHash: string;
  /** The token before the last rotation, which is valid until `previousExpiresAt`. */
  previousPrefix: string | null;
  previousSecretHash: string | null;
  previousExpiresAt: string | null;
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
    tenantIds: { type: 'simple-json', nullable: true },
    prefix: { type: 'varchar' },
    secretHash: { type: 'varchar' },
    previousPrefix: { type: 'varchar', nullable: true },
    previousSecretHash: { type: 'varchar', nullable: true },
    previousExpiresAt: { type: 'varchar', nullable: true },
    revokedAt: { type: 'varchar', nullable: true },
    createdAt: { type: 'varchar' },
  },
});
