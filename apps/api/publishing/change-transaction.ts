import type { EntityManager } from 'typeorm';
import type { ConfigEntry } from '#libs/contract';
import type { AuditSubject } from '../database/entities/audit-entry.entity.js';

/** The subject of a change of the configuration, which always belongs to a tenant. */
type TenantSubject = Omit<AuditSubject, 'details'> & { tenantId: string };

/** The transaction of one change. If nothing is recorded, nothing is committed. */
export class ChangeTransaction {
  readonly entries: ConfigEntry[] = [];
  #subject: TenantSubject | null = null;

  constructor(
    readonly manager: EntityManager,
    /** The time of the change, for the rows. */
    readonly at: string,
  ) {}

  /** The subject of the change; null until one is recorded. */
  get subject(): TenantSubject | null {
    return this.#subject;
  }

  /** Records the subject for the audit trail, and the entries to publish. */
  record(subject: TenantSubject, entries: readonly ConfigEntry[]): void {
    this.#subject = subject;
    this.entries.push(...entries);
  }
}
