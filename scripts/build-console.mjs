import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { fingerprintOf, listFiles } from './fingerprint.mjs';
import { withLock } from './lock.mjs';
import { ProgramError, root, runProgram } from './run-program.mjs';

const source = join('apps', 'console');
const output = join(root, 'dist', 'console');
const builtFrom = join(output, '.built-from');

/** Builds the console into `dist/console`, unless it was built from the current sources. */
export async function buildConsole() {
  const sources = listFiles(source, (file) => !/\.spec\.tsx?$/.test(file));
  const fingerprint = fingerprintOf(['package-lock.json', ...sources]);
  if (existsSync(builtFrom) && readFileSync(builtFrom, 'utf8') === fingerprint) return;
  rmSync(builtFrom, { force: true });
  const vite = join('node_modules', 'vite', 'bin', 'vite.js');
  const options = [vite, 'build', source, '--logLevel', 'warn'];
  // Vitest sets NODE_ENV to "test", with which React would be built for development.
  const env = { ...process.env, NODE_ENV: 'production' };
  await runProgram('Building the console', process.execPath, options, { env }).catch((error) => {
    throw error instanceof ProgramError ? new Error(`${error.output}\n${error.message}`) : error;
  });
  compressAssets();
  writeFileSync(builtFrom, fingerprint);
}

// Once, as small as possible, so that the API spends nothing on it.
function compressAssets() {
  const folder = join(output, 'assets');
  for (const name of readdirSync(folder)) {
    const content = readFileSync(join(folder, name));
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(content));
    writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await withLock(join(root, 'dist', '.lock'), () => buildConsole());
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
