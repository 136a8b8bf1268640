import { join } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { And, LessThan, MoreThan, type EntityManager, type FindOperator } from 'typeorm';
import { WorkSlice } from '#libs/async';
import { writeAtomically } from '#libs/config-bus';
import { shownAuditEntry } from '../audit/shown-audit-entry.js';
import { AuditEntryEntity, type AuditEntry } from '../database/entities/audit-entry.entity.js';

const pageSize = 500;
// Removing a part of this size takes a few milliseconds.
const entriesPerPart = 5000;

/** A gzip file with audit entries: one JSON object a line, oldest first, as `GET /v1/audit` shows them. */
export interface AuditExport {
  file: string;
  count: number;
  first: AuditEntry;
  last: AuditEntry;
  /** The last id of each part; the final one is the id of `last`. */
  partEnds: string[];
}

/**
 * Writes the oldest entries with an id before `end`, at most `maxEntries`, into a file of mode 0600 in
 * `folder`. Resolves once the file is on disk, or to null if there are no such entries.
 */
export async function exportAudit(
  manager: EntityManager,
  { folder, end, maxEntries }: { folder: string; end: string; maxEntries: number },
): Promise<AuditExport | null> {
  const [first] = await pageAfter(manager, '', end, 1);
  if (first === undefined) return null;
  // Some file systems do not allow a colon.
  const file = join(folder, `audit-from-${first.at.replaceAll(':', '')}-${first.id}.ndjson.gz`);
  let count = 0;
  let last = first;
  const partEnds: string[] = [];
  async function* lines(): AsyncGenerator<string> {
    const slice = new WorkSlice();
    let page = await pageAfter(manager, '', end, pageSize);
    while (page.length > 0) {
      for (const entry of page) {
        if (count === maxEntries) return;
        count += 1;
        last = entry;
        if (count % entriesPerPart === 0) partEnds.push(entry.id);
        yield `${JSON.stringify(shownAuditEntry(entry, 'operator'))}\n`;
        if (slice.isOver()) await slice.next();
      }
      page = await pageAfter(manager, last.id, end, pageSize);
    }
  }
  const zipped = createGzip();
  // An error also ends the reading of `zipped`.
  pipeline(Readable.from(lines()), zipped, () => undefined);
  await writeAtomically(file, zipped);
  if (partEnds.at(-1) !== last.id) partEnds.push(last.id);
  return { file, count, first, last, partEnds };
}

function pageAfter(manager: EntityManager, after: string, end: string, limit: number): Promise<AuditEntry[]> {
  return manager.find(AuditEntryEntity, {
    where: { id: between(after, end) },
    order: { id: 'ASC' },
    take: limit,
  });
}

function between(after: string, end: string): FindOperator<string> {
  return And(MoreThan(after), LessThan(end));
}
