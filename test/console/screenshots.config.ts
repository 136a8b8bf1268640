import { defineConfig } from 'vitest/config';

// Not part of the tests: `npm run console:screenshots` writes pictures for people to look at.
export default defineConfig({
  resolve: { conditions: ['sluice-source'] },
  ssr: { resolve: { conditions: ['sluice-source'] } },
  test: {
    include: ['test/console/screenshots.ts'],
    globalSetup: ['test/support/migrated-sqlite-for-suite.ts', 'test/browser/chromium-for-suite.ts'],
    setupFiles: ['test/support/end-child-processes.ts'],
    pool: 'forks',
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
});
