import { pathToFileURL } from 'node:url';
import { canInstallDebianPackages, findProgram, installDebianPackage } from './debian-package.mjs';

const whatToInstall =
  'The tests compare the import of nginx configurations with a real nginx. Install nginx so that it is on the PATH; ' +
  'on Debian: apt-get install nginx.';

/**
 * Ensures that there is an `nginx` for the tests, and returns its path. As root on Debian it installs a
 * missing one with apt; otherwise it throws an error with instructions.
 */
export function ensureNginx() {
  const found = findNginx();
  if (found) return found;
  if (!canInstallDebianPackages()) throw new Error(whatToInstall);
  installDebianPackage('nginx');
  const installed = findNginx();
  if (!installed) throw new Error(whatToInstall);
  return installed;
}

// Debian installs daemons in /usr/sbin, which is only on root's PATH.
function findNginx() {
  return findProgram('nginx') ?? findProgram('nginx', ['/usr/sbin', '/usr/local/sbin']);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log(ensureNginx());
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
