import { canInstallDebianPackages, findProgram, installDebianPackage } from './debian-package.mjs';

// The tools that node-gyp needs; any of the listed programs is sufficient for a tool.
const needed = [
  { programs: ['python3', 'python'], debianPackage: 'python3' },
  { programs: ['make', 'gmake'], debianPackage: 'make' },
  { programs: ['c++', 'g++', 'clang++'], debianPackage: 'g++' },
];

/** The Debian packages of the missing programs for compiling native code; empty if none is missing. */
export function missingCompiler(find = findProgram) {
  const missing = needed.filter(({ programs }) => !programs.some((program) => find(program)));
  return missing.map(({ debianPackage }) => debianPackage);
}

/**
 * Ensures that packages without a binary for this system (sqlite3) can be compiled. As root on Debian it
 * installs missing programs with apt. Otherwise, or if apt fails, it prints a line with what to install, and
 * returns it; null if nothing is missing. A missing program is not an error, since there may be a binary,
 * and the gateway can relay in TypeScript.
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
