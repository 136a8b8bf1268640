import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants, accessSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

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
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'redis-server']);
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

function run(program, options) {
  const { status, error } = spawnSync(program, options, {
    stdio: 'inherit',
    timeout: 300_000,
    // RUNLEVEL=1: invoke-rc.d then starts no service, so Debian's own Redis does not take port 6379.
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
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
