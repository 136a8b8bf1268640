import { defineEntity } from './define-entity.js';
import { wholeNumber } from './whole-number.js';

export type AuditAction =
  | `${'tenant' | 'route'}.${'create' | 'update' | 'delete'}`
  | `route.rebalance${'' | 'Stop'}`
  | `apiKey.${'create' | 'update' | 'rotate' | 'revoke' | 'ticket'}`
  | 'stickyKey.rotate'
  | `connection.${'close' | 'tap'}`
  | 'connections.close'
  | `gateway.${'drain' | 'undrain'}`
  | 'testConnection.open'
  | 'audit.prune'
  | `webhook.${'create' | 'update' | 'rotate' | 'delete' | 'test' | 'replay'}`
  | `operator.${'create' | 'update' | 'rotate' | 'revoke'}`;

/** An action and its target. */
export interface AuditSubject {
  action: AuditAction;
  /**
   * The id of the target; for many connections the filter that selects them, as a query; for a test
   * connection its URL without the query.
   */
  targetId: string;
  /** Null if the target belongs to no tenant, or to several. */
  tenantId: string | null;
  /** Parameters of the action that the configuration does not show: a close code, a period. */
  details: Record<string, string | number | boolean | null> | null;
}

/** An audit entry: actor, action, target, time, address and revision. */
export interface AuditEntry extends AuditSubject {
  id: string;
  /** The revision that the action made; for an action that makes none, the newest one at that time. */
  revision: number;
  at: string;
  /** `system`: Sluice itself. */
  actorKind: 'admin' | 'operator' | 'apiKey' | 'system';
  /** The id of the operator or the API key; null for the others. */
  actorId: string | null;
  clientAddress: string | null;
  /** Null for Sluice itself, and for entries of versions without request ids. */
  requestId: string | null;
  /**
   * The changed fields before and after the action, as JSON; all fields if the target was created or deleted.
   * Both are null for an action that changes no field.
   */
  before: string | null;
  after: string | null;
}

export const AuditEntryEntity = defineEntity<AuditEntry>({
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
    requestId: { type: 'varchar', nullable: true },
    details: { type: 'simple-json', nullable: true },
    before: { type: 'text', nullable: true },
    after: { type: 'text', nullable: true },
  },
});
