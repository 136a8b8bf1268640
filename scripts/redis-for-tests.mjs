import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Debian asks this file before it starts a service that it has just installed (invoke-rc.d(8)).
const servicePolicy = '/usr/sbin/policy-rc.d';

const whatToInstall =
  'The tests need a Redis. Install redis-server (version 6 or later) so that it is on the PATH, or set ' +
  'SLUICE_TEST_REDIS_URL; for the tests that restart Redis, redis-server is needed in any case.';

/**
 * Makes sure that there is a `redis-server` for the tests, and returns its path. Where it is missing, it is
 * installed with apt as root on Debian; anywhere else this throws an error that says what to install.
 */
export function ensureRedis() {
  const found = findOnPath('redis-server');
  if (found) return found;
  if (!canInstall()) throw new Error(whatToInstall);
  console.log('redis-server is missing; installing it with apt-get');
  run('apt-get', ['update', '-qq']);
  withoutServices(() => run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'redis-server']));
  const installed = findOnPath('redis-server');
  if (!installed) throw new Error(whatToInstall);
  return installed;
}

function findOnPath(program) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin'];
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function canInstall() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && findOnPath('apt-get') !== undefined;
}

// The tests start their own; Debian's must neither run now nor come with the next boot.
function withoutServices(install) {
  const hasPolicy = existsSync(servicePolicy);
  if (!hasPolicy) writeFileSync(servicePolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    install();
  } finally {
    if (!hasPolicy) rmSync(servicePolicy, { force: true });
  }
  if (existsSync('/run/systemd/system')) run('systemctl', ['disable', '--now', 'redis-server']);
}

function run(program, options) {
  const { status, error } = spawnSync(program, options, {
    stdio: 'inherit',
    timeout: 300_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status === 0) return;
  const cause = error ? error.message : `it ended with status ${status}`;
  throw new Error(`${program} ${options.join(' ')}: ${cause}. ${whatToInstall}`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log(ensureRedis());
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
