import type { TestProject } from 'vitest/node';
import { sharedPostgres } from './postgres-server.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The Postgres of this run, provided only to the project `postgres`. */
    postgresUrl: string;
  }
}

/** Finds or starts the Postgres for the tests of the project, each of which uses a separate schema. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { url, release } = await sharedPostgres();
  project.provide('postgresUrl', url);
  return release;
}
