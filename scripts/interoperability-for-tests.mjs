import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { canInstallDebianPackages, findProgram, installDebianPackage } from './debian-package.mjs';

const defaultPython = '/usr/bin/python3';
const pythonPackage = 'python3-websockets';
const daemonFolders = ['/usr/sbin', '/usr/local/sbin'];

/**
 * Ensures that there are Mosquitto, websockify and a Python with the package `websockets` for
 * test/interoperability, and returns the path of that Python: SLUICE_TEST_PYTHON, or else that of the system.
 * As root on Debian it installs missing programs with one call of apt-get; otherwise it throws an error that
 * names them.
 */
export function ensureInteroperability() {
  const missing = missingPackages();
  if (process.env.SLUICE_TEST_PYTHON && missing.includes(pythonPackage))
    throw new Error(whatToInstall(missing));
  if (missing.length > 0 && canInstallDebianPackages()) installDebianPackage(...missing);
  const stillMissing = missing.length > 0 ? missingPackages() : [];
  if (stillMissing.length > 0) throw new Error(whatToInstall(stillMissing));
  return python();
}

// The packages of Debian.
function missingPackages() {
  const found = {
    mosquitto: findProgram('mosquitto') ?? findProgram('mosquitto', daemonFolders),
    websockify: findProgram('websockify'),
    [pythonPackage]: spawnSync(python(), ['-c', 'import websockets']).status === 0 || undefined,
  };
  return Object.keys(found).filter((name) => found[name] === undefined);
}

function python() {
  return process.env.SLUICE_TEST_PYTHON ?? defaultPython;
}

function whatToInstall(names) {
  const list = names.join(' ');
  return (
    'The tests run real servers and clients behind a gateway, and did not find all of them. ' +
    `On Debian: apt-get install ${list}; elsewhere install the same programs so that they are on the PATH, ` +
    'and set SLUICE_TEST_PYTHON to a Python that has the package websockets.'
  );
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log(ensureInteroperability());
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
