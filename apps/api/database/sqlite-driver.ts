import { chmod, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import sqlite3 from 'sqlite3';
import type { DataSource, DataSourceOptions } from 'typeorm';

/** What is kept, and how it came to be. */
export type Schema = Pick<DataSourceOptions, 'entities' | 'migrations'>;

/** How a transaction begins: a writing one takes the write lock at once, and not at its first write. */
export const beginStatement = { write: 'BEGIN IMMEDIATE', read: 'BEGIN' } as const;

// What another process may hold the write lock for before a write is answered with 503.
const busyTimeoutMs = 5000;

/** Makes the folder and the file of a `sqlite:` URL where they are missing, for the owner alone; returns the path. */
export async function prepareDatabaseFile(databaseUrl: string): Promise<string> {
  const file = databaseUrl.replace(/^sqlite:/, '');
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, 'a', 0o600);
  await handle.close();
  // The -wal and -shm files take over the mode of the database file.
  await chmod(file, 0o600);
  return file;
}

export function dataSourceOptions(file: string, schema: Schema): DataSourceOptions {
  return {
    type: 'sqlite',
    driver: sqlite3,
    database: file,
    enableWAL: true,
    busyTimeout: busyTimeoutMs,
    synchronize: false,
    migrationsTransactionMode: 'each',
    ...schema,
  };
}

/** A commit survives a power cut only with a sync at each commit, which WAL does not do by itself. */
export async function makeDurable(writer: DataSource): Promise<void> {
  await writer.query('PRAGMA synchronous = FULL');
}

export async function makeReadOnly(reader: DataSource): Promise<void> {
  await reader.query('PRAGMA query_only = ON');
}
