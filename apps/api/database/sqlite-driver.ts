import { chmod, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import sqlite3 from 'sqlite3';
import { QueryFailedError, type DataSource, type DataSourceOptions } from 'typeorm';

// All that depends on which database it is stands in this file.

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

export function dataSourceOptions(
  file: string,
  schema: Pick<DataSourceOptions, 'entities' | 'migrations'>,
): DataSourceOptions {
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

const unavailableCodes = [
  'SQLITE_FULL',
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  'SQLITE_IOERR',
  'SQLITE_READONLY',
  'SQLITE_CANTOPEN',
  'SQLITE_CORRUPT',
  'SQLITE_NOTADB',
];

/** Whether the error says that the database cannot be read or written now: disk full, locked, I/O error. */
export function isStorageUnavailable(error: unknown): boolean {
  return unavailableCodes.includes(driverErrorOf(error)?.code ?? '');
}

/** The column whose uniqueness the statement would have broken, as `table.column`; null for any other error. */
export function violatedUnique(error: unknown): string | null {
  const driverError = driverErrorOf(error);
  if (driverError?.code !== 'SQLITE_CONSTRAINT') return null;
  return /UNIQUE constraint failed: (\w+\.\w+)/.exec(driverError.message)?.[1] ?? null;
}

function driverErrorOf(error: unknown): { code: string; message: string } | null {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') return null;
  return { code: cause.code, message: cause.message };
}
