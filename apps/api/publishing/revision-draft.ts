import type { ConfigEntry } from '#libs/contract';
import type { AuditedAct } from '../audit/write-audit-entries.js';

/** What one revision is going to say, and what the audit trail keeps of it. */
export interface RevisionDraft {
  tenantId: string;
  entries: ConfigEntry[];
  acts: AuditedAct[];
}
