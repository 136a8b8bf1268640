import type { TestProject } from 'vitest/node';
import { sharedPostgres } from './postgres-server.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The Postgres of this run; only in the project that runs on it. */
    postgresUrl: string;
  }
}

/** Finds or starts the Postgres on which the tests of the project run, each in its own schema. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { url, release } = await sharedPostgres();
  project.provide('postgresUrl', url);
  return release;
}
