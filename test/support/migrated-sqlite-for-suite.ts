import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import 'reflect-metadata';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../apps/api/database/open-database.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The file of a migrated SQLite database without rows, which tests copy; not in runs on Postgres. */
    migratedSqlite: string | undefined;
  }
}

/** Creates the SQLite database that the tests of the project copy. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-migrated-'));
  const file = join(folder, 'sluice.db');
  const database = await openDatabase(`sqlite:${file}`);
  // The last connection writes the whole log into the file and removes it.
  await database.close();
  project.provide('migratedSqlite', file);
  return () => rm(folder, { recursive: true, force: true });
}
