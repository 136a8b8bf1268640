import type { ConfigEntry } from '#libs/contract';
import type { AuditRecord } from '../audit/write-audit-entries.js';

/** An uncommitted change: the entries that its revision publishes, and its audit records. */
export interface PendingChange {
  tenantId: string;
  entries: ConfigEntry[];
  records: AuditRecord[];
}
