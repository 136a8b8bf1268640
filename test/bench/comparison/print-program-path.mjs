import {
  canInstallDebianPackages,
  findProgram,
  installDebianPackage,
} from '../../../scripts/debian-package.mjs';

// `node test/bench/comparison/print-program-path.mjs nginx nginx` prints the path of a program. Where it is missing, it is installed from the
// Debian package as root on Debian; anywhere else this says what to install and ends with 1.
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

// Debian keeps daemons in /usr/sbin, which only the PATH of root has.
function find() {
  return findProgram(program) ?? findProgram(`../sbin/${program}`);
}
