import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { findProgram } from '../../../../scripts/debian-package.mjs';
import { listFiles } from '../../../../scripts/fingerprint.mjs';
import { root } from '../../../../scripts/run-program.mjs';

// Fuzzes the native engine with libFuzzer and the sanitizers: one program for each file of
// libs/engine/native/fuzz. Inputs of libs/engine/native/fuzz/corpus/NAME are where it begins; what it finds
// beyond them stays under dist/native-fuzz.
const native = join('libs', 'engine', 'native');
const out = join('dist', 'native-fuzz');
const sanitizers = '-fsanitize=fuzzer,address,undefined';
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, only: { type: 'string', default: '' } },
});
const seconds = Number(values.seconds);

if (!Number.isInteger(seconds) || seconds < 1)
  fail('--seconds takes how long each part is fuzzed: 1 or more');
else if (!findProgram('clang++'))
  fail('Not found: clang++. On Debian: apt-get install clang libclang-rt-14-dev.');
else for (const name of fuzzedParts()) if (!build(name) || !fuzz(name)) fail(`${name}: FAILED`);

function fuzzedParts() {
  const suffix = '_fuzz.cc';
  const files = readdirSync(join(root, native, 'fuzz')).filter((file) => file.endsWith(suffix));
  return files.map((file) => basename(file, suffix)).filter((name) => name.includes(values.only));
}

function build(name) {
  mkdirSync(join(root, out, name), { recursive: true });
  const isCore = (file) => file.endsWith('.cc') && !file.includes(join('src', 'addon'));
  const own = [join(native, 'test', 'manual_time.cc'), join(native, 'fuzz', `${name}_fuzz.cc`)];
  const sources = [...listFiles(join(native, 'src'), isCore), ...own];
  const flags = ['-std=c++17', '-g', '-O1', '-fno-rtti', '-fno-sanitize-recover=undefined', sanitizers];
  return run('clang++', [...flags, ...sources, '-o', programOf(name), '-luv', '-pthread']);
}

function fuzz(name) {
  const corpus = join(native, 'fuzz', 'corpus', name);
  const bounds = [`-max_total_time=${seconds}`, '-max_len=4096', '-timeout=10', '-print_final_stats=1'];
  const artifacts = `-artifact_prefix=${join(out, name)}-`;
  return run(programOf(name), [...bounds, '-verbosity=0', artifacts, join(out, name), corpus]);
}

function programOf(name) {
  return join(out, `${name}_fuzz`);
}

function run(program, options) {
  return spawnSync(program, options, { cwd: root, stdio: 'inherit' }).status === 0;
}

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}
