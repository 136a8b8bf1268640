import { defineConfig } from 'vitest/config';

// What each API test needs is a database; these need the one, or the other.
const ofPostgresAlone = 'test/postgres/**/*.spec.ts';
const ofSqliteAlone = ['apps/api/database/sqlite-*.spec.ts'];

export default defineConfig({
  resolve: { conditions: ['sluice-source'] },
  ssr: { resolve: { conditions: ['sluice-source'] } },
  test: {
    watch: false,
    pool: 'forks',
    maxWorkers: 2,
    // Far above what any test needs: a limit that a busy machine reaches would fail tests that are right.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000, interval: 5 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'sqlite',
          include: ['{apps,libs,migrations,test}/**/*.spec.ts', 'scripts/*.spec.mjs'],
          exclude: [ofPostgresAlone],
        },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: ['apps/api/**/*.spec.ts', ofPostgresAlone],
          exclude: ofSqliteAlone,
          globalSetup: ['test/support/postgres/postgres-for-suite.ts'],
        },
      },
    ],
  },
});
