import { Buffer } from 'node:buffer';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditPackages } from './audit-packages.mjs';
import { buildEngine } from './build-engine.mjs';
import { ensureChromium } from './chromium-for-tests.mjs';
import { ensureCompiler } from './compiler.mjs';
import { undecidedInstallScripts } from './install-scripts.mjs';
import { ensureInteroperability } from './interoperability-for-tests.mjs';
import { ensureNginx } from './nginx-for-tests.mjs';
import { ensurePostgres } from './postgres-for-tests.mjs';
import { ensureNativeTools } from '../libs/engine/native/tools/ensure-tools.mjs';
import { prepare } from './prepare.mjs';
import { ensureRedis } from './redis-for-tests.mjs';
import { root } from './run-program.mjs';

// The longest checks first. Two run at a time, since each uses one processor. The native tests run before.
const checks = [
  { name: 'lint', script: 'lint' },
  { name: 'native lint', script: 'lint:native', tools: 'lint' },
  { name: 'format', script: 'lint:format' },
  { name: 'types', script: 'typecheck' },
  { name: 'directions of imports', script: 'lint:directions' },
  { name: 'unused code', script: 'lint:unused' },
];

const notChecked = { passed: 0, failed: 0, skipped: 0, unchecked: 1 };
const outcomes = [];
try {
  await test();
} catch (error) {
  console.error(error.message);
  outcomes.push({ name: 'preparation', seconds: 0, passed: 0, failed: 1, skipped: 0 });
}
report();

async function test() {
  ensureCompiler();
  const nativeTests = {
    name: 'native tests',
    script: 'test:native',
    missing: ensureNativeTools('tests'),
  };
  // The native tests use no packages: they are built while sqlite3 is compiled, on one processor.
  await Promise.all([build(), runInTurn([nativeTests])]);
  ensureRedis();
  ensurePostgres();
  ensureNginx();
  process.env.SLUICE_TEST_PYTHON = ensureInteroperability();
  process.env.SLUICE_TEST_CHROMIUM = ensureChromium();
  // Installed one after the other, since apt-get takes a lock.
  const waiting = checks.map((check) =>
    check.tools ? { ...check, missing: ensureNativeTools(check.tools) } : check,
  );
  await Promise.all([runInTurn(waiting), runInTurn(waiting)]);
  await timed('install scripts', () => {
    const undecided = undecidedInstallScripts();
    for (const name of undecided) console.log(`${name}: has an install script and is not in allowScripts`);
    return passedIf(undecided.length === 0);
  });
  await timed('advisories', async () => {
    const { state, lines } = await auditPackages();
    for (const line of lines) console.log(line);
    return state === 'unchecked' ? notChecked : passedIf(state === 'passed');
  });
  await timed('tests', runTests);
}

async function build() {
  await timed('build', async () => {
    await prepare();
    return passedIf(true);
  });
  await timed('native engine', async () => {
    const reason = await buildEngine();
    if (reason !== null) console.log(`The native engine was not built: ${reason}`);
    return passedIf(reason === null);
  });
}

async function runInTurn(waiting) {
  for (let check = waiting.shift(); check; check = waiting.shift()) {
    const { name, script, missing = [] } = check;
    await timed(name, async () => {
      if (missing.length === 0) return passedIf(await runAside('npm', ['run', '--silent', script]));
      console.log(`${name}: not found: ${missing.join(', ')}`);
      return notChecked;
    });
  }
}

async function timed(name, work) {
  const startedAt = Date.now();
  const outcome = await work();
  const seconds = (Date.now() - startedAt) / 1000;
  outcomes.push({ name, seconds, ...outcome });
  console.log(`${verdictOn(outcome)}  ${name}  ${seconds.toFixed(1)} s`);
}

function verdictOn({ failed, unchecked = 0 }) {
  if (failed > 0) return 'FAILED';
  return unchecked > 0 ? 'not checked' : 'passed';
}

function passedIf(hasPassed) {
  return { passed: hasPassed ? 1 : 0, failed: hasPassed ? 0 : 1, skipped: 0 };
}

function runTests() {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-test-'));
  const results = join(folder, 'results.json');
  try {
    const vitest = join('node_modules', 'vitest', 'vitest.mjs');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
    const hasPassed = run(process.execPath, [vitest, 'run', ...reporters]);
    return countTests(results, hasPassed);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// A run can fail without a failed test: a file that does not load, or an unhandled rejection. That counts as
// one failure.
function countTests(results, hasPassed) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
    readFileSync(results, 'utf8'),
  );
  const failed = hasPassed ? numFailedTests : Math.max(1, numFailedTests);
  return { passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests };
}

function run(program, options) {
  return spawnSync(program, options, { cwd: root, stdio: 'inherit' }).status === 0;
}

// The output is printed in one piece, so that two checks do not mix.
async function runAside(program, options) {
  const child = spawn(program, options, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
  const [status] = await once(child, 'close');
  process.stdout.write(Buffer.concat(chunks));
  return status === 0;
}

function report() {
  console.log('');
  for (const outcome of outcomes) {
    const { name, seconds } = outcome;
    console.log(`${verdictOn(outcome).padEnd(12)}${name.padEnd(24)}${seconds.toFixed(1).padStart(8)} s`);
  }
  const total = (count) => outcomes.reduce((sum, outcome) => sum + (outcome[count] ?? 0), 0);
  const skipped = total('skipped') === 0 ? '' : `, ${total('skipped')} skipped`;
  const unchecked = total('unchecked') === 0 ? '' : `, ${total('unchecked')} not checked`;
  console.log(`\n${total('passed')} passed, ${total('failed')} failed${skipped}${unchecked}`);
  process.exitCode = total('failed') === 0 ? 0 : 1;
}
