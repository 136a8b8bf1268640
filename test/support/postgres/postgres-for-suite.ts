import 'reflect-metadata';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../../apps/api/database/open-database.js';
import { withPostgres } from './postgres-client.js';
import { sharedPostgres } from './postgres-server.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The Postgres of this run and a migrated database without rows; only for the project `postgres`. */
    postgres?: { url: string; template: string };
  }
}

/** Finds or starts the Postgres for the tests of the project, which copy a database that is migrated once. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { url, release } = await sharedPostgres();
  const template = `test_template_${process.pid}`;
  await withPostgres(url, (client) => client.query(`CREATE DATABASE ${template}`));
  const templateUrl = new URL(url);
  templateUrl.pathname = `/${template}`;
  const database = await openDatabase(templateUrl.href);
  await database.close();
  project.provide('postgres', { url, template });
  return async () => {
    await withPostgres(url, (client) => client.query(`DROP DATABASE ${template} WITH (FORCE)`));
    await release();
  };
}
