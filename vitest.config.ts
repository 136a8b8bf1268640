import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['sluice-source'] },
  ssr: { resolve: { conditions: ['sluice-source'] } },
  test: {
    include: ['{apps,libs,migrations,test}/**/*.spec.ts', 'scripts/*.spec.mjs'],
    watch: false,
    pool: 'forks',
    maxWorkers: 2,
    // Far above what any test needs: a limit that a busy machine reaches would fail tests that are right.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000, interval: 5 } },
  },
});
