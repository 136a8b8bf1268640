import { storedEntity } from './stored-entity.js';
import { wholeNumber } from './whole-number.js';

export type AuditAction =
  | `${'tenant' | 'route'}.${'create' | 'update' | 'delete'}`
  | `apiKey.${'create' | 'update' | 'rotate' | 'revoke' | 'ticket'}`
  | `connection.${'close' | 'tap'}`
  | 'connections.close'
  | 'gateway.drain'
  | 'audit.prune'
  | `operator.${'create' | 'revoke'}`;

/** What was done to what. */
export interface AuditSubject {
  action: AuditAction;
  /** The id of the thing; for many connections the filter that names them, as a query. */
  targetId: string;
  /** Null for what belongs to no tenant, or to several. */
  tenantId: string | null;
  /** How it was done, where that is not seen from the configuration: a close code, a period. */
  details: Record<string, string | number | boolean | null> | null;
}

/** Who did what to what, when, from where, at which revision. */
export interface AuditEntry extends AuditSubject {
  id: string;
  /** The one that the act made; for an act that makes none, the newest at that moment. */
  revision: number;
  at: string;
  /** `system`: Sluice itself. */
  actorKind: 'admin' | 'operator' | 'apiKey' | 'system';
  /** The id of the operator or the API key; null for the others. */
  actorId: string | null;
  clientAddress: string | null;
  /** What was changed, as it was and as it is; whole things where they come or go. As JSON; both null for an act that changes none. */
  before: string | null;
  after: string | null;
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
    tenantId: { type: 'varchar', nullable: true },
    clientAddress: { type: 'varchar', nullable: true },
    details: { type: 'simple-json', nullable: true },
    before: { type: 'text', nullable: true },
    after: { type: 'text', nullable: true },
  },
});
