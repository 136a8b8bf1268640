import { chmod, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import sqlite3 from 'sqlite3';
import type { DataSource, DataSourceOptions } from 'typeorm';

/** The tables and the migrations that create them. */
export type Schema = Pick<DataSourceOptions, 'entities' | 'migrations'>;

// TypeORM makes the driver verbose, which formats the parameters of each statement and takes a stack trace,
// in case that it fails.
const driver = { ...sqlite3, verbose: () => sqlite3 };

/**
 * The statements that begin a transaction. A write takes the write lock at once, not at its first statement.
 */
export const beginStatement = { write: 'BEGIN IMMEDIATE', read: 'BEGIN' } as const;

// How long another process may hold the write lock before a write is answered with 503.
const busyTimeoutMs = 5000;

/**
 * Creates the folder and the file of a `sqlite:` URL if missing, accessible to the owner only; returns the
 * path.
 */
export async function prepareDatabaseFile(databaseUrl: string): Promise<string> {
  const file = databaseUrl.replace(/^sqlite:/, '');
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, 'a', 0o600);
  await handle.close();
  // The -wal and -shm files get the mode of the database file.
  await chmod(file, 0o600);
  return file;
}

export function dataSourceOptions(file: string, schema: Schema): DataSourceOptions {
  return {
    type: 'sqlite',
    driver,
    database: file,
    enableWAL: true,
    busyTimeout: busyTimeoutMs,
    synchronize: false,
    migrationsTransactionMode: 'each',
    ...schema,
  };
}

/** Syncs at each commit, which WAL mode does not do by default; without it a power failure loses commits. */
export async function makeDurable(writer: DataSource): Promise<void> {
  await writer.query('PRAGMA synchronous = FULL');
}

export async function makeReadOnly(reader: DataSource): Promise<void> {
  await reader.query('PRAGMA query_only = ON');
}
