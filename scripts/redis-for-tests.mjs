import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { canInstallDebianPackages, findProgram, installDebianPackage } from './debian-package.mjs';

const whatToInstall =
  'The tests start their own Redis servers, since they empty, freeze and kill them. Install redis-server ' +
  '(version 7 or later) so that it is on the PATH; on Debian: apt-get install redis-server.';

/**
 * Ensures that there is a `redis-server` for the tests, and returns its path. As root on Debian it installs a
 * missing one with apt; otherwise it throws an error with instructions.
 */
export function ensureRedis() {
  const found = findProgram('redis-server');
  if (found) return found;
  if (!canInstallDebianPackages()) throw new Error(whatToInstall);
  installDebianPackage('redis-server');
  // Debian's service would start with the next boot and take port 6379.
  if (existsSync('/run/systemd/system')) spawnSync('systemctl', ['disable', '--now', 'redis-server']);
  const installed = findProgram('redis-server');
  if (!installed) throw new Error(whatToInstall);
  return installed;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log(ensureRedis());
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
