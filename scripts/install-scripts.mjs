import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run-program.mjs';

/**
 * The packages of package-lock.json with an install script that `allowScripts` of package.json neither allows
 * nor forbids. npm refuses to install them with `strict-allow-scripts` (.npmrc), but versions older than
 * 11.19 ignore that option.
 */
export function undecidedInstallScripts(manifest = read('package.json'), lock = read('package-lock.json')) {
  const decided = Object.keys(manifest.allowScripts ?? {});
  const withScripts = Object.entries(lock.packages).filter(([, { hasInstallScript }]) => hasInstallScript);
  const names = withScripts.map(([path, { name }]) => name ?? path.split('node_modules/').at(-1));
  return names.filter((name) => !decided.includes(name)).sort();
}

function read(file) {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}
