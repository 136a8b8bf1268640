import { canInstallDebianPackages, findProgram, installDebianPackage } from './debian-package.mjs';

// What node-gyp looks for: any of these programs will do for each of them.
const needed = [
  { programs: ['python3', 'python'], debianPackage: 'python3' },
  { programs: ['make', 'gmake'], debianPackage: 'make' },
  { programs: ['c++', 'g++', 'clang++'], debianPackage: 'g++' },
];

/**
 * Makes sure that packages without a binary for this system (sqlite3) can be compiled. As root on Debian what is missing is
 * installed with apt; elsewhere this prints one line that says what to install, and returns it. Null: nothing is missing.
 */
export function ensureCompiler({
  find = findProgram,
  canInstall = canInstallDebianPackages,
  installPackage = installDebianPackage,
} = {}) {
  const missing = needed.filter(({ programs }) => !programs.some((program) => find(program)));
  if (missing.length === 0) return null;
  if (canInstall()) {
    for (const { debianPackage } of missing) installPackage(debianPackage);
    return null;
  }
  const names = missing.map(({ debianPackage }) => debianPackage).join(', ');
  const hint = `Not found: ${names}. sqlite3 needs them where it has no binary for this system: install python3, make and a C++ compiler.`;
  console.log(hint);
  return hint;
}
