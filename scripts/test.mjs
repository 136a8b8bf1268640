import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium } from './chromium-for-tests.mjs';
import { prepare } from './prepare.mjs';
import { ensureRedis } from './redis-for-tests.mjs';
import { root } from './run-program.mjs';

const checks = [
  { name: 'format', script: 'lint:format' },
  { name: 'lint', script: 'lint' },
  { name: 'types', script: 'typecheck' },
  { name: 'directions of imports', script: 'lint:directions' },
  { name: 'unused code', script: 'lint:unused' },
];

const outcomes = [];
try {
  await test();
} catch (error) {
  console.error(error.message);
  outcomes.push({ name: 'preparation', seconds: 0, passed: 0, failed: 1, skipped: 0 });
}
report();

async function test() {
  await timed('build', async () => {
    await prepare();
    return passedIf(true);
  });
  ensureRedis();
  process.env.SLUICE_TEST_CHROMIUM = ensureChromium();
  for (const { name, script } of checks) {
    await timed(name, () => passedIf(run('npm', ['run', '--silent', script])));
  }
  await timed('tests', runTests);
}

async function timed(name, work) {
  const startedAt = Date.now();
  const outcome = await work();
  const seconds = (Date.now() - startedAt) / 1000;
  outcomes.push({ name, seconds, ...outcome });
  console.log(`${outcome.failed === 0 ? 'passed' : 'FAILED'}  ${name}  ${seconds.toFixed(1)} s`);
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

// A run can fail with no failed test: a file that does not load, an unhandled rejection. That counts as one failure.
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

function report() {
  console.log('');
  for (const { name, seconds, failed } of outcomes) {
    console.log(
      `${failed === 0 ? 'passed' : 'FAILED'}  ${name.padEnd(24)}${seconds.toFixed(1).padStart(8)} s`,
    );
  }
  const total = (count) => outcomes.reduce((sum, outcome) => sum + outcome[count], 0);
  const skipped = total('skipped') === 0 ? '' : `, ${total('skipped')} skipped`;
  console.log(`\n${total('passed')} passed, ${total('failed')} failed${skipped}`);
  process.exitCode = total('failed') === 0 ? 0 : 1;
}
