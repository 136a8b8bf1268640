import { storedEntity } from '../database/stored-entity.js';
import type { Operator } from './operator.js';

/** What is stored of an operator: everything but the token itself. */
export type OperatorRow = Operator & { secretHash: string };

export const OperatorEntity = storedEntity<OperatorRow>({
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
