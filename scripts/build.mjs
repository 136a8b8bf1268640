import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProgramError, root, runProgram } from './run-program.mjs';

const sourceFolders = ['apps', 'libs', 'migrations'];
const buildFiles = ['nest-cli.json', 'package-lock.json', 'tsconfig.build.json', 'tsconfig.json'];
const builtFrom = join(root, 'dist', '.built-from');

/**
 * Builds `dist/`, unless it was built from these very sources. It starts from nothing, so that no output outlives its
 * source and a build that was broken off leaves no trace.
 */
export async function build() {
  const fingerprint = fingerprintOf([...buildFiles, ...sourceFolders.flatMap(listSources)]);
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

// Contents, not times: a checkout changes the times of files that are the same.
function fingerprintOf(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

function listSources(folder) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return listSources(path);
    return path.endsWith('.ts') && !path.endsWith('.spec.ts') ? [path] : [];
  });
}
