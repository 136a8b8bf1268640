import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { canInstallDebianPackages, findProgram, installDebianPackage } from './debian-package.mjs';

// Debian has a folder for every major version, and its server programs are not on the PATH.
const versionsFolder = '/usr/lib/postgresql';
const oldestVersion = 13;

const whatToInstall =
  `The tests start their own Postgres servers, since they stop and start them. Install Postgres ${oldestVersion} ` +
  'or later, with initdb and postgres on the PATH; on Debian: apt-get install postgresql.';

/**
 * Ensures that there is a Postgres server for the tests, and returns the folder of its programs. As root on
 * Debian it installs a missing one with apt; otherwise it throws an error with instructions.
 */
export function ensurePostgres() {
  const found = findPostgres();
  if (found) return found;
  if (!canInstallDebianPackages()) throw new Error(whatToInstall);
  installDebianPackage('postgresql');
  const installed = findPostgres();
  if (!installed) throw new Error(whatToInstall);
  return installed;
}

// The folder of `initdb` and `postgres`, or undefined.
function findPostgres() {
  const ofDebian = versionFolders().map((version) => join(versionsFolder, version, 'bin'));
  const folders = [...ofDebian, ...(process.env.PATH ?? '').split(':')].filter((folder) => folder !== '');
  return folders.find((folder) => ['initdb', 'postgres'].every((program) => isIn(folder, program)));
}

function versionFolders() {
  try {
    const versions = readdirSync(versionsFolder).filter((version) => Number(version) >= oldestVersion);
    return versions.sort((one, other) => Number(other) - Number(one));
  } catch {
    return [];
  }
}

function isIn(folder, program) {
  return findProgram(program, [folder]) !== undefined;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log(ensurePostgres());
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
