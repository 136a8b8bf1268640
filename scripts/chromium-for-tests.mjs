import { existsSync } from 'node:fs';
import { canInstallDebianPackages, findProgram, installDebianPackage } from './debian-package.mjs';

// The headless shell has no windows, tabs and extensions: its pages take half of the processor time. Its
// package is not part of every distribution.
const programs = ['chromium-headless-shell', 'chromium'];

const whatToInstall =
  'The browser tests need Chromium. Install chromium-headless-shell or chromium so that it is on the PATH, or set SLUICE_TEST_CHROMIUM to its path.';

/**
 * Ensures that there is a Chromium for the tests, and returns its path: SLUICE_TEST_CHROMIUM, or
 * `chromium-headless-shell` or `chromium` on the PATH. As root on Debian it installs a missing one with
 * apt-get; otherwise it throws an error with instructions.
 */
export function ensureChromium() {
  const named = process.env.SLUICE_TEST_CHROMIUM;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`SLUICE_TEST_CHROMIUM: there is no ${named}. ${whatToInstall}`);
  }
  const found = findChromium() ?? installChromium();
  if (found) return found;
  throw new Error(whatToInstall);
}

function findChromium() {
  return programs.map((program) => findProgram(program)).find((path) => path !== undefined);
}

function installChromium() {
  if (!canInstallDebianPackages()) return undefined;
  const failures = [];
  for (const program of programs) {
    try {
      installDebianPackage(program);
      return findProgram(program);
    } catch (error) {
      failures.push(error.message);
    }
  }
  throw new Error(failures.join('\n'));
}
