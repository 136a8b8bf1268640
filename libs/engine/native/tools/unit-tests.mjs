import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ensureNativeTools } from './ensure-tools.mjs';
import { root } from '../../../../scripts/run-program.mjs';

// Builds and runs the unit tests of the native engine, which need no Node.js; options go to doctest.
const missing = ensureNativeTools('tests');
if (missing.length > 0) {
  console.error(`Not found: ${missing.join(', ')}. On Debian: apt-get install doctest-dev libuv1-dev.`);
  process.exitCode = 1;
} else {
  const folder = join('libs', 'engine', 'native');
  const program = join('dist', 'native-tests', 'native-tests');
  const hasPassed =
    run('make', ['--silent', '-C', folder, `--jobs=${availableParallelism()}`]) &&
    run(program, process.argv.slice(2));
  process.exitCode = hasPassed ? 0 : 1;
}

function run(name, options) {
  return spawnSync(name, options, { cwd: root, stdio: 'inherit' }).status === 0;
}
