import { createHash } from 'node:crypto';
import { inject } from 'vitest';
import { withPostgres } from './postgres/postgres-client.js';
import './postgres/postgres-for-suite.js';

/** Whether this run uses Postgres. */
export function isOnPostgres(): boolean {
  return postgresUrl() !== undefined;
}

/** The database of an API with this data folder: a file in it, or a schema with the same lifetime. */
export async function databaseOf(folder: string): Promise<{ SLUICE_DATABASE_URL?: string }> {
  const url = postgresUrl();
  if (url === undefined) return {};
  const schema = schemaOf(folder);
  await withPostgres(url, (client) => client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`));
  return { SLUICE_DATABASE_URL: `${url}?schema=${schema}` };
}

/** Removes the database if it is not in the folder. */
export async function dropDatabaseOf(folder: string): Promise<void> {
  const url = postgresUrl();
  if (url === undefined) return;
  await withPostgres(url, (client) => client.query(`DROP SCHEMA IF EXISTS ${schemaOf(folder)} CASCADE`));
}

function postgresUrl(): string | undefined {
  return inject('postgresUrl');
}

function schemaOf(folder: string): string {
  return `test_${createHash('sha256').update(folder).digest('hex').slice(0, 24)}`;
}
