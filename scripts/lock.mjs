import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const maxWaitMs = 15 * 60 * 1000;

/**
 * Runs `work` while no other process on this machine holds the lock `file`, and returns its result. The lock
 * of a dead process counts as free.
 */
export async function withLock(file, work) {
  await acquire(file);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

async function acquire(file) {
  mkdirSync(dirname(file), { recursive: true });
  const deadline = Date.now() + maxWaitMs;
  let isWaiting = false;
  while (!tryToCreate(file)) {
    const holder = readHolder(file);
    if (holder !== undefined && !isAlive(holder)) {
      rmSync(file, { force: true });
      continue;
    }
    if (Date.now() > deadline)
      throw new Error(`${file} is held by process ${holder}; delete it if that is wrong.`);
    if (!isWaiting) console.error('Waiting for another process that installs or builds ...');
    isWaiting = true;
    await wait(200);
  }
}

function tryToCreate(file) {
  try {
    writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

// Undefined while the holder has not yet written its id, or has just released the lock.
function readHolder(file) {
  try {
    const holder = Number(readFileSync(file, 'utf8'));
    return holder > 0 ? holder : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(processId) {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
