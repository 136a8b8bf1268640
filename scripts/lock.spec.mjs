import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startChild } from '../test/support/child-processes.ts';
import { withLock } from './lock.mjs';

describe('withLock', () => {
  let folder;
  let file;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-lock-'));
    file = join(folder, 'made', 'lock');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('returns the result of the work, and leaves no lock behind', async () => {
    expect(await withLock(file, () => 'done')).toBe('done');
    expect(existsSync(file)).toBe(false);
  });

  test('leaves no lock behind when the work fails', async () => {
    await expect(withLock(file, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(existsSync(file)).toBe(false);
  });

  test('lets one process work at a time', async () => {
    const log = join(folder, 'log');
    const exits = [1, 2, 3].map(() => once(startChild(process.execPath, worker(log), {}), 'exit'));
    expect((await Promise.all(exits)).map(([code]) => code)).toEqual([0, 0, 0]);
    expect(readFileSync(log, 'utf8')).toBe('begin end begin end begin end ');
  });

  test('takes the lock of a dead process', async () => {
    const { pid } = spawnSync(process.execPath, ['--eval', '']);
    await withLock(file, () => undefined);
    writeFileSync(file, `${pid}\n`);
    expect(await withLock(file, () => 'done')).toBe('done');
  });

  function worker(log) {
    const script = `
      import { appendFileSync } from 'node:fs';
      import { setTimeout as wait } from 'node:timers/promises';
      import { withLock } from ${JSON.stringify(new URL('lock.mjs', import.meta.url).href)};
      await withLock(${JSON.stringify(file)}, async () => {
        appendFileSync(${JSON.stringify(log)}, 'begin ');
        await wait(50);
        appendFileSync(${JSON.stringify(log)}, 'end ');
      });`;
    return ['--input-type=module', '--eval', script];
  }
});
