import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runToEnd } from '../support/child-program.js';

/**
 * The seed determines the targets and durations of the faults; `npm run chaos -- --short` draws a new seed
 * each time.
 */
const seed = '20';
// A run takes about 35 seconds; a slow machine takes longer to start nine processes.
const maxMs = 240_000;

test(
  'half a minute of chaos loses no connection except with its process, no write and no message, and exceeds no limit',
  async () => {
    const compiler = join('node_modules', 'typescript', 'bin', 'tsc');
    const compiled = await runToEnd(process.execPath, [compiler, '-p', 'test/chaos/tsconfig.json']);
    expect(compiled).toEqual({ exitCode: 0, output: '' });
    const chaos = join('dist', 'test', 'chaos', 'main.js');
    const { output } = await runToEnd(process.execPath, [chaos, '--short', '--seed', seed]);
    expect(output, output).toMatch(/\nno violations\n$/);
  },
  maxMs,
);
