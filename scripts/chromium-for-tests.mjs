import { existsSync } from 'node:fs';
import { canInstallDebianPackages, findProgram, installDebianPackage } from './debian-package.mjs';

const whatToInstall =
  'The browser test needs Chromium. Install it so that `chromium` is on the PATH, or set SLUICE_TEST_CHROMIUM to its path.';

/**
 * Ensures that there is a Chromium for the tests, and returns its path: SLUICE_TEST_CHROMIUM, or `chromium`
 * on the PATH. As root on Debian it installs a missing one with apt-get; otherwise it throws an error with
 * instructions.
 */
export function ensureChromium() {
  const named = process.env.SLUICE_TEST_CHROMIUM;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`SLUICE_TEST_CHROMIUM: there is no ${named}. ${whatToInstall}`);
  }
  const found = findProgram('chromium');
  if (found) return found;
  if (canInstallDebianPackages()) installDebianPackage('chromium');
  const installed = findProgram('chromium');
  if (installed) return installed;
  throw new Error(whatToInstall);
}
