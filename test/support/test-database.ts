import { createHash } from 'node:crypto';
import { copyFile, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseError } from 'pg';
import { inject } from 'vitest';
import './migrated-sqlite-for-suite.js';
import { withPostgres } from './postgres/postgres-client.js';
import './postgres/postgres-for-suite.js';

/** Whether this run uses Postgres. */
export function isOnPostgres(): boolean {
  return inject('postgres') !== undefined;
}

/**
 * The migrated database of an API with this data folder, created if there is none: a file in the folder, or
 * a Postgres database with the same lifetime. It is a copy, since the migrations take several times longer.
 */
export async function databaseOf(folder: string): Promise<{ SLUICE_DATABASE_URL?: string }> {
  const postgres = inject('postgres');
  if (postgres === undefined) {
    await copyMigratedSqlite(folder);
    return {};
  }
  const name = nameOf(folder);
  await withPostgres(postgres.url, async (client) => {
    try {
      await client.query(`CREATE DATABASE ${name} TEMPLATE ${postgres.template}`);
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.code !== duplicateDatabase) throw error;
    }
  });
  const url = new URL(postgres.url);
  url.pathname = `/${name}`;
  return { SLUICE_DATABASE_URL: url.href };
}

/**
 * Puts the migrated SQLite database into this folder, unless there is one, or the run has none to copy: the
 * API migrates an empty one then.
 */
export async function copyMigratedSqlite(folder: string): Promise<void> {
  const migrated = inject('migratedSqlite');
  if (migrated !== undefined) await copyUnlessPresent(migrated, join(folder, 'sluice.db'));
}

/** Removes the database if it is not in the folder. */
export async function dropDatabaseOf(folder: string): Promise<void> {
  const postgres = inject('postgres');
  if (postgres === undefined) return;
  const drop = `DROP DATABASE IF EXISTS ${nameOf(folder)} WITH (FORCE)`;
  await withPostgres(postgres.url, (client) => client.query(drop));
}

const duplicateDatabase = '42P04';

async function copyUnlessPresent(source: string, target: string): Promise<void> {
  try {
    await copyFile(source, target, constants.COPYFILE_EXCL);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
  }
}

function nameOf(folder: string): string {
  return `test_${createHash('sha256').update(folder).digest('hex').slice(0, 24)}`;
}
