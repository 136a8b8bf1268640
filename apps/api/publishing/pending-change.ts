import type { ConfigEntry } from '#libs/contract';
import type { AuditRecord } from '../audit/write-audit-entries.js';

/** A change that is not committed yet: what its revision publishes, and what the audit trail keeps of it. */
export interface PendingChange {
  tenantId: string;
  entries: ConfigEntry[];
  records: AuditRecord[];
}
