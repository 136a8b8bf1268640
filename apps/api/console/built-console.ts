import { createRequire } from 'node:module';
import { dirname } from 'node:path';

const require = createRequire(import.meta.url);

/** The folder of the built console; null if it was not built. */
export function findBuiltConsole(): string | null {
  try {
    return dirname(require.resolve('#console'));
  } catch {
    return null;
  }
}
