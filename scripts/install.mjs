import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, runQuietly } from './run-program.mjs';

/** Installs what package-lock.json names, unless node_modules has just that. */
export function install() {
  if (isInstalled()) return;
  console.log('Installing packages (up to two minutes where sqlite3 has to be compiled) ...');
  runQuietly('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
}

// npm writes node_modules/.package-lock.json last, so an install that was broken off counts as none. Packages
// that are optional may be missing: they are for other systems.
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
