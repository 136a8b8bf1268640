import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a program in the repository without a word; throws with all that it printed when it fails. */
export function runQuietly(program, options) {
  const { status, signal, error, stdout, stderr } = spawnSync(program, options, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (status === 0) return;
  const cause = error?.message ?? `it ended with ${signal ?? `status ${status}`}`;
  throw new Error([stdout, stderr, `${program} ${options.join(' ')}: ${cause}`].filter(Boolean).join('\n'));
}
