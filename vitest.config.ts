import { defineConfig } from 'vitest/config';
export default defineConfig({
  resolve: { conditions: ['sluice-source'] },
  ssr: { resolve: { conditions: ['sluice-source'] } },
  test: { include: ['**/*.spec.ts'], exclude: ['node_modules/**', 'dist/**'] },
});
