import type { EntityManager } from 'typeorm';
import type { ConfigEntry } from '#libs/contract';
import type { AuditAction } from '../database/entities/audit-entry.entity.js';

/** What a write is about, for the audit trail. */
export interface ChangeSubject {
  action: AuditAction;
  targetId: string;
  tenantId: string;
}

/** A change while its transaction runs. One that names nothing commits nothing. */
export class ChangeDraft {
  readonly entries: ConfigEntry[] = [];
  private recorded: ChangeSubject | null = null;

  constructor(
    readonly manager: EntityManager,
    /** The moment of the change, as the rows carry it. */
    readonly at: string,
  ) {}

  /** What the write was about; null as long as it has changed nothing. */
  get subject(): ChangeSubject | null {
    return this.recorded;
  }

  /** Says what the write is about, and what of it is published. */
  record(subject: ChangeSubject, entries: readonly ConfigEntry[]): void {
    this.recorded = subject;
    for (const entry of entries) this.entries.push(entry);
  }
}
