import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { listFiles } from '../../../../scripts/fingerprint.mjs';
import { findNodeHeaders } from '../../../../scripts/node-headers.mjs';
import { ensureNativeTools } from './ensure-tools.mjs';
import { root } from '../../../../scripts/run-program.mjs';

// clang-format holds all native code to .clang-format, clang-tidy the sources to
// .clang-tidy; both lie beside the code.
const folder = join('libs', 'engine', 'native');
const isNative = (file) => /\.(cc|h)$/.test(file);

const missing = ensureNativeTools('lint');
if (missing.length > 0) fail(`Not found: ${missing.join(', ')}.`);
else {
  formatCheck();
  await tidyCheck();
}

function formatCheck() {
  const files = ['src', 'test', 'fuzz'].flatMap((name) => listFiles(join(folder, name), isNative));
  const fix = process.argv.includes('--fix');
  const options = fix ? ['-i', ...files] : ['--dry-run', '--Werror', ...files];
  const { status } = spawnSync('clang-format', options, { cwd: root, stdio: 'inherit' });
  if (status !== 0) fail('npm run lint:native -- --fix formats the native code.');
}

async function tidyCheck() {
  const waiting = listFiles(join(folder, 'src'), (file) => file.endsWith('.cc'));
  const headers = join(nodeDir(), 'include', 'node');
  const flags = ['--', '-std=c++17', '-fno-exceptions', '-fno-rtti', '-Wall', '-Wextra', '-isystem', headers];
  const checkInTurn = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      const child = spawn('clang-tidy', ['--quiet', file, ...flags], {
        cwd: root,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      let findings = '';
      child.stdout.setEncoding('utf8').on('data', (text) => (findings += text));
      const [status] = await once(child, 'close');
      if (status !== 0) fail(findings || `clang-tidy ${file} ended with ${status}`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, checkInTurn));
}

// Where no headers came with Node.js, node-gyp has fetched them to build the addon.
function nodeDir() {
  const ofNode = findNodeHeaders();
  if (ofNode !== undefined) return ofNode;
  const gypi = readFileSync(join(root, folder, 'build', 'config.gypi'), 'utf8');
  return JSON.parse(gypi.replace(/^#.*$/gm, '')).variables.nodedir;
}

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}
