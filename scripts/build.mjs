import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprintOf, listFiles } from './fingerprint.mjs';
import { ProgramError, root, runProgram } from './run-program.mjs';

const sourceFolders = ['apps', 'libs', 'migrations'];
const buildFiles = ['nest-cli.json', 'package-lock.json', 'tsconfig.build.json', 'tsconfig.json'];
// Vite builds it (build-console.mjs).
const consoleFolder = join('apps', 'console');
const builtFrom = join(root, 'dist', '.built-from');

/**
 * Builds `dist/`, unless it was built from the current sources. It deletes the old output first, so that no
 * output outlives its source and an interrupted build leaves no trace.
 */
export async function build() {
  const fingerprint = fingerprintOf([
    ...buildFiles,
    ...sourceFolders.flatMap((folder) => listFiles(folder, isSource)),
  ]);
  if (existsSync(builtFrom) && readFileSync(builtFrom, 'utf8') === fingerprint) return;
  for (const output of [...sourceFolders, '.built-from', '.tsbuildinfo']) {
    rmSync(join(root, 'dist', output), { recursive: true, force: true });
  }
  const nest = join('node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  await runProgram('Building', process.execPath, [nest, 'build']).catch((error) => {
    throw error instanceof ProgramError ? new Error(`${error.output}\n${error.message}`) : error;
  });
  writeFileSync(builtFrom, fingerprint);
}

function isSource(file) {
  return file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.startsWith(consoleFolder);
}
