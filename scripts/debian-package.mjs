import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

// Debian runs this file before it starts a newly installed service (invoke-rc.d(8)).
const servicePolicy = '/usr/sbin/policy-rc.d';
let isListUpToDate = false;

/**
 * The path of an executable in `folders`, by default those of the PATH and the standard folders, or
 * undefined.
 */
export function findProgram(program, folders = defaultFolders()) {
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

/** Whether `installDebianPackage` can work: as root on Debian or a derivative. */
export function canInstallDebianPackages() {
  return (
    process.getuid?.() === 0 && existsSync('/etc/debian_version') && findProgram('apt-get') !== undefined
  );
}

/**
 * Installs packages with apt-get, without starting their services; throws with the output of apt-get if that
 * fails.
 */
export function installDebianPackage(...names) {
  console.log(`Installing ${names.join(', ')} with apt-get ...`);
  if (!isListUpToDate) aptGet(['update', '-qq']);
  isListUpToDate = true;
  withoutServices(() => aptGet(['install', '-y', '-qq', '--no-install-recommends', ...names]));
}

function defaultFolders() {
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin'];
}

function withoutServices(install) {
  const hasPolicy = existsSync(servicePolicy);
  if (!hasPolicy) writeFileSync(servicePolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    install();
  } finally {
    if (!hasPolicy) rmSync(servicePolicy, { force: true });
  }
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function aptGet(options) {
  const { status, error, stdout, stderr } = spawnSync('apt-get', options, {
    encoding: 'utf8',
    timeout: 600_000,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status === 0) return;
  const cause = error?.message ?? `it ended with status ${status}`;
  throw new Error([stdout, stderr, `apt-get ${options.join(' ')}: ${cause}`].filter(Boolean).join('\n'));
}
