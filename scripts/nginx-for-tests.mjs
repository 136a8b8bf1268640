import { pathToFileURL } from 'node:url';
import { canInstallDebianPackages, findProgram, installDebianPackage } from './debian-package.mjs';

const whatToInstall =
  'The tests compare the import of nginx configurations with a real nginx. Install nginx so that it is on the PATH; ' +
  'on Debian: apt-get install nginx.';

/**
 * Makes sure that there is an `nginx` for the tests, and returns its path. Where it is missing, it is
 * installed with apt as root on Debian; anywhere else this throws an error that says what to install.
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

// Debian keeps daemons in /usr/sbin, which only the PATH of root has.
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
