import { canInstallDebianPackages, findProgram, installDebianPackage } from './debian-package.mjs';

// What node-gyp looks for: any of these programs will do for each of them.
const needed = [
  { programs: ['python3', 'python'], debianPackage: 'python3' },
  { programs: ['make', 'gmake'], debianPackage: 'make' },
  { programs: ['c++', 'g++', 'clang++'], debianPackage: 'g++' },
];

/** The Debian packages of the programs that are missing to compile native code; none: nothing is missing. */
export function missingCompiler(find = findProgram) {
  const missing = needed.filter(({ programs }) => !programs.some((program) => find(program)));
  return missing.map(({ debianPackage }) => debianPackage);
}

/**
 * Makes sure that packages without a binary for this system (sqlite3) can be compiled. As root on Debian what is missing is
 * installed with apt; elsewhere, and where apt fails, this prints one line that says what to install, and returns it. Null:
 * nothing is missing. It is no error, since there may be a binary, and the gateway relays in TypeScript as well.
 */
export function ensureCompiler({
  find = findProgram,
  canInstall = canInstallDebianPackages,
  installPackage = installDebianPackage,
} = {}) {
  const missing = missingCompiler(find);
  if (missing.length === 0) return null;
  if (canInstall() && isInstalled(installPackage, missing)) return null;
  const hint = `Not found: ${missing.join(', ')}. sqlite3 needs them where it has no binary for this system, and the native engine always: install python3, make and a C++ compiler.`;
  console.log(hint);
  return hint;
}

function isInstalled(installPackage, names) {
  try {
    installPackage(...names);
    return true;
  } catch (error) {
    console.log(error.message);
    return false;
  }
}
