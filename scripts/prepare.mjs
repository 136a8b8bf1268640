import { join } from 'node:path';
import { buildConsole } from './build-console.mjs';
import { buildEngine } from './build-engine.mjs';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { withLock } from './lock.mjs';
import { requireSupportedNode } from './node-version.mjs';
import { root } from './run-program.mjs';

/**
 * Installs and builds everything that is missing or out of date, in one process at a time. `withEngine` is
 * false for programs that relay nothing.
 */
export async function prepare({ withEngine = true } = {}) {
  requireSupportedNode();
  await withLock(join(root, 'dist', '.lock'), async () => {
    await install();
    await build();
    await buildConsole();
    if (withEngine) await buildEngine();
  });
}
