import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureCompiler } from './compiler.mjs';
import { ProgramError, root, runProgram } from './run-program.mjs';

const log = join('dist', 'install.log');

/** Installs the packages of package-lock.json, unless node_modules already matches it. */
export async function install() {
  if (isInstalled()) return;
  const missing = ensureCompiler();
  // The output of install scripts is streamed, so that the running one can be named.
  const options = [
    'ci',
    '--include=dev',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--foreground-scripts',
  ];
  try {
    await runProgram('Installing packages', 'npm', options, { stageOf: stageOfInstall });
  } catch (error) {
    throw error instanceof ProgramError ? installError(error, missing) : error;
  }
}

/**
 * The stage that a line of npm's output starts: `> sqlite3@6.0.1 install` is the head of an install script.
 */
export function stageOfInstall(line) {
  const [, name] = /^> (@?[^@\s]+)@\S+ (?:pre|post)?install/.exec(line) ?? [];
  return name && `${name} is built where it has no binary for this system`;
}

function installError({ message, output }, missing) {
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(join(root, log), output);
  const causes = output.match(/^npm (?:error|ERR!) (?:code|errno|network|request) .*$/gm) ?? [];
  const hint = missing === null ? [] : [missing];
  const lines = ['The packages could not be installed:', ...new Set(causes), message, ...hint];
  return new Error([...lines, `All that npm printed is in ${log}.`].join('\n'));
}

// npm writes node_modules/.package-lock.json last, so an interrupted install counts as none. Optional
// packages may be missing: they are for other systems.
function isInstalled() {
  const wanted = readPackages('package-lock.json');
  const present = readPackages(join('node_modules', '.package-lock.json'));
  return Object.entries(wanted ?? {}).every(([path, { version, integrity, optional }]) => {
    const found = present?.[path];
    if (path === '' || (found === undefined && optional)) return true;
    return found?.version === version && found.integrity === integrity;
  });
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}
