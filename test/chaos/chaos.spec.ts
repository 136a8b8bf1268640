import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

/** Any other one draws other processes and other lengths; `npm run chaos -- --short` draws a new one each time. */
const seed = '20';
// It takes some 35 seconds; a busy machine takes longer to start nine processes.
const longestMs = 240_000;

it(
  'half a minute of chaos: no connection is lost but with its process, no write, no message, and no limit is exceeded',
  async () => {
    await run(process.execPath, [
      join('node_modules', 'typescript', 'bin', 'tsc'),
      '-p',
      'test/chaos/tsconfig.json',
    ]);
    const chaos = join('dist', 'test', 'chaos', 'main.js');
    const { stdout } = await run(process.execPath, [chaos, '--short', '--seed', seed]).catch(
      (error: unknown) => error as { stdout: string },
    );
    expect(stdout).toMatch(/\nnothing was violated\n$/);
  },
  longestMs,
);
