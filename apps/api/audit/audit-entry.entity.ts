import { storedEntity } from '../database/stored-entity.js';
import { wholeNumber } from '../database/whole-number.js';

export type AuditAction =
  | `${'tenant' | 'route'}.${'create' | 'update' | 'delete'}`
  | `apiKey.${'create' | 'update' | 'rotate' | 'revoke'}`;

/** Who did what to what, when, from where, at which revision. */
export interface AuditEntry {
  id: string;
  revision: number;
  at: string;
  actorKind: 'admin' | 'apiKey';
  /** The id of the API key; null for the admin token. */
  actorId: string | null;
  action: AuditAction;
  targetId: string;
  tenantId: string;
  clientAddress: string | null;
}

export const AuditEntryEntity = storedEntity<AuditEntry>({
  name: 'AuditEntry',
  tableName: 'audit',
  columns: {
    id: { type: 'varchar', primary: true },
    revision: { type: 'bigint', transformer: wholeNumber },
    at: { type: 'varchar' },
    actorKind: { type: 'varchar' },
    actorId: { type: 'varchar', nullable: true },
    action: { type: 'varchar' },
    targetId: { type: 'varchar' },
    tenantId: { type: 'varchar' },
    clientAddress: { type: 'varchar', nullable: true },
  },
});
