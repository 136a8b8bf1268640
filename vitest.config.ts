import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const folders = ['apps', 'libs', 'migrations', 'scripts', 'test'];
const specs = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.spec\.m?ts$|\.spec\.mjs$/.test(name))
    .map((name) => join(folder, name)),
);

// API tests run on either database; these tests need one of the two.
const ofPostgresAlone = 'test/postgres/**/*.spec.ts';
const migratedSqlite = 'test/support/migrated-sqlite-for-suite.ts';
const sharedChromium = 'test/browser/chromium-for-suite.ts';
const ofSqliteAlone = ['apps/api/database/sqlite-*.spec.ts'];

// Loading Nest, TypeORM and the libraries takes longer than most files of tests, so files share a process,
// one after the other. Files that replace its clock or timers, or measure its memory, have a process each.
const holdsTheProcess =
  /useFakeTimers|spyOn\(performance|activeTimers|timersBackTo|MemoryWatch|oldGenerationGrowth|getActiveResourcesInfo/;
const ofItsOwnProcess = specs.filter((spec) => holdsTheProcess.test(readFileSync(spec, 'utf8')));

export default defineConfig({
  resolve: { conditions: ['sluice-source'] },
  ssr: { resolve: { conditions: ['sluice-source'] } },
  // The environment of `globalSetup`.
  environments: { __vitest__: { resolve: { conditions: ['sluice-source', 'node'] } } },
  test: {
    watch: false,
    setupFiles: ['test/support/end-child-processes.ts'],
    pool: 'forks',
    // More than two processors: many tests wait for the processes that they start.
    maxWorkers: 3,
    // Far above what any test needs: a limit that a busy machine reaches would fail tests that are right.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000, interval: 5 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'sqlite',
          include: ['{apps,libs,migrations,test}/**/*.spec.ts', 'scripts/**/*.spec.mjs'],
          exclude: [ofPostgresAlone, ...ofItsOwnProcess],
          globalSetup: [migratedSqlite, sharedChromium],
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'process', include: ofItsOwnProcess, globalSetup: [migratedSqlite] },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: ['apps/api/**/*.spec.ts', ofPostgresAlone],
          exclude: ofSqliteAlone,
          globalSetup: ['test/support/postgres/postgres-for-suite.ts'],
          isolate: false,
        },
      },
    ],
  },
});
