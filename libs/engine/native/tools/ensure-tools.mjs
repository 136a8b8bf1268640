import { spawnSync } from 'node:child_process';
import {
  canInstallDebianPackages,
  findProgram,
  installDebianPackage,
} from '../../../../scripts/debian-package.mjs';

const tools = {
  lint: [
    { name: 'clang-format', isPresent: () => findProgram('clang-format') !== undefined },
    { name: 'clang-tidy', isPresent: () => findProgram('clang-tidy') !== undefined },
  ],
  tests: [
    { name: 'doctest', debianPackage: 'doctest-dev', isPresent: () => hasHeader('doctest/doctest.h') },
    { name: 'libuv', debianPackage: 'libuv1-dev', isPresent: () => hasHeader('uv.h') },
  ],
};

/**
 * Ensures that the programs that check the native code (`lint` or `tests`) are installed. As root on Debian
 * it installs missing ones with apt. Returns the names of those that are still missing.
 */
export function ensureNativeTools(purpose) {
  const missing = tools[purpose].filter(({ isPresent }) => !isPresent());
  if (missing.length === 0 || !canInstallDebianPackages()) return missing.map(({ name }) => name);
  installDebianPackage(...missing.map(({ name, debianPackage = name }) => debianPackage));
  return tools[purpose].filter(({ isPresent }) => !isPresent()).map(({ name }) => name);
}

// As make takes it.
function cxx() {
  return process.env.CXX ?? findProgram('c++') ?? 'g++';
}

// Asked of the compiler, since each system keeps headers in another place.
function hasHeader(header) {
  const options = ['-x', 'c++', '-E', '-include', header, '-'];
  return spawnSync(cxx(), options, { input: '', stdio: ['pipe', 'ignore', 'ignore'] }).status === 0;
}
