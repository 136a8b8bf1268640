import type { AuditEntry } from '../audit/use-audit.js';

/** What one revision has changed. */
export interface Revision {
  revision: number;
  entries: readonly AuditEntry[];
}

/** The entries that changed the configuration, by revision; entries and revisions come newest first. */
export function revisionsOf(entries: readonly AuditEntry[]): readonly Revision[] {
  const byRevision = new Map<number, AuditEntry[]>();
  for (const entry of entries) {
    // An action, like the close of a connection, has neither.
    if (entry.before === null && entry.after === null) continue;
    byRevision.set(entry.revision, [...(byRevision.get(entry.revision) ?? []), entry]);
  }
  return [...byRevision].map(([revision, changes]) => ({ revision, entries: changes }));
}
