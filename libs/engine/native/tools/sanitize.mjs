import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildEngine, sanitizedOutput } from '../../../../scripts/build-engine.mjs';
import { withLock } from '../../../../scripts/lock.mjs';
import { prepare } from '../../../../scripts/prepare.mjs';
import { root } from '../../../../scripts/run-program.mjs';

// Runs the native engine with the address and undefined-behaviour sanitizers under Node.js: its contract
// and the fuzzing, or, with --soak, ten minutes of fuzzing. Node.js takes the sanitized addon by a
// condition of `imports` in package.json.

const reports = join('dist', 'engine', 'sanitizer-reports');
const vitest = join('node_modules', 'vitest', 'vitest.mjs');
const contract = [
  'libs/engine',
  'libs/upstreams/dialing/connect-engine.spec.ts',
  'test/tunnel',
  'test/fuzz/fuzz.spec.ts',
  'test/e2e/engines.spec.ts',
  'test/e2e/relay.spec.ts',
];
// It measures memory, and the sanitizer keeps freed memory.
const excluded = 'test/tunnel/slow-readers.spec.ts';
const soakMs = 10 * 60 * 1000;
const soakCases = '20000';

try {
  await sanitize();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

async function sanitize() {
  const { values } = parseArgs({ options: { soak: { type: 'boolean', default: false } } });
  const environment = sanitizerEnvironment(findRuntime());
  await prepare();
  const reason = await withLock(join(root, 'dist', '.lock'), () =>
    buildEngine({ output: sanitizedOutput, configuration: 'Debug' }),
  );
  if (reason !== null) throw new Error(`The sanitized engine was not built: ${reason}`);
  rmSync(join(root, reports), { recursive: true, force: true });
  mkdirSync(join(root, reports), { recursive: true });
  const hasPassed = values.soak ? soak(environment) : runContract(environment);
  const found = printReports();
  console.log(hasPassed && !found ? 'The sanitizers found nothing.' : 'FAILED');
  process.exitCode = hasPassed && !found ? 0 : 1;
}

function runContract(environment) {
  const projects = ['--project', 'sqlite', '--project', 'process'];
  return run([vitest, 'run', ...projects, '--exclude', excluded, ...contract], environment);
}

function soak(environment) {
  const compiler = join('node_modules', 'typescript', 'bin', 'tsc');
  if (!run([compiler, '-p', join('test', 'fuzz', 'tsconfig.json')])) return false;
  const endsAt = Date.now() + soakMs;
  while (Date.now() < endsAt) {
    if (!run([join('dist', 'test', 'fuzz', 'main.js'), '--cases', soakCases], environment)) return false;
  }
  return true;
}

// The runtime of the sanitizer has to be loaded before all else, since Node.js is not linked with it.
function findRuntime() {
  const { stdout } = spawnSync(process.env.CXX ?? 'g++', ['-print-file-name=libasan.so'], {
    encoding: 'utf8',
  });
  const runtime = stdout?.trim() ?? '';
  if (process.platform === 'linux' && isAbsolute(runtime)) return runtime;
  throw new Error('npm run sanitize needs Linux and g++ with its libasan.');
}

function sanitizerEnvironment(runtime) {
  const log = `log_path=${join(root, reports, 'report')}`;
  return {
    LD_PRELOAD: runtime,
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --conditions=sluice-sanitized`,
    // Memory that Node.js itself does not free is not a leak of the engine; its unit tests look
    // for leaks (npm run test:native).
    ASAN_OPTIONS: `detect_leaks=0:halt_on_error=1:${log}`,
    UBSAN_OPTIONS: `halt_on_error=1:print_stacktrace=1:${log}`,
  };
}

function printReports() {
  const files = readdirSync(join(root, reports));
  for (const file of files) console.error(readFileSync(join(root, reports, file), 'utf8'));
  return files.length > 0;
}

function run(options, environment = {}) {
  const env = { ...process.env, ...environment };
  return spawnSync(process.execPath, options, { cwd: root, env, stdio: 'inherit' }).status === 0;
}
