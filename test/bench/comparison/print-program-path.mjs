import {
  canInstallDebianPackages,
  findProgram,
  installDebianPackage,
} from '../../../scripts/debian-package.mjs';

// `node test/bench/comparison/print-program-path.mjs nginx nginx` prints the path of a program. As root on
// Debian it installs a missing program from the Debian package; otherwise it prints what to install, and
// exits with 1.
const [program, debianPackage] = process.argv.slice(2);
const log = console.log;
console.log = console.error;
try {
  log(ensure());
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function ensure() {
  const found = find();
  if (found) return found;
  if (!canInstallDebianPackages()) throw new Error(`${program} is not on the PATH`);
  installDebianPackage(debianPackage);
  const installed = find();
  if (!installed) throw new Error(`the package ${debianPackage} has no ${program}`);
  return installed;
}

// Debian installs daemons in /usr/sbin, which is only on root's PATH.
function find() {
  return findProgram(program) ?? findProgram(`../sbin/${program}`);
}
