import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startChild } from '../test/support/child-processes.ts';
import { longWait } from '../test/support/long-wait.ts';
import { runProgram } from './run-program.mjs';

const node = process.execPath;
const moduleUrl = (name) => JSON.stringify(new URL(name, import.meta.url).href);

let folder;
let printed;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-run-'));
  printed = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
});
afterEach(() => {
  printed.mockRestore();
  rmSync(folder, { recursive: true, force: true });
});

test('a failed program rejects with its status and its output', async () => {
  const script = 'console.log("out"); console.error("err"); process.exitCode = 3';
  const error = await runProgram('Trying', node, ['--eval', script]).catch((thrown) => thrown);
  expect(error.message).toBe(`${node} ended with status 3`);
  expect(error.output.split('\n').filter(Boolean).sort()).toEqual(['err', 'out']);
});

test.each(['SIGINT', 'SIGTERM'])(
  '%s ends the program and its child processes, and only then releases the lock',
  async (signal) => {
    const lock = join(folder, 'lock');
    // A program that starts another program, like npm.
    const sleeper = 'console.log(process.pid); setInterval(() => {}, 1000)';
    const program = `require('child_process').spawn(process.execPath, ['--eval', ${JSON.stringify(sleeper)}], { stdio: 'inherit' }); setInterval(() => {}, 1000)`;
    const parent = startChild(
      node,
      [
        '--input-type=module',
        '--eval',
        `import { withLock } from ${moduleUrl('lock.mjs')};
         import { runProgram } from ${moduleUrl('run-program.mjs')};
         const stageOf = (line) => void (line && process.stdout.write(line + '\\n'));
         try {
           await withLock(${JSON.stringify(lock)}, () =>
             runProgram('Trying', process.execPath, ['--eval', ${JSON.stringify(program)}], { stageOf }));
         } catch (error) {
           console.error(error.message);
         }`,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const output = parent.stderr.toArray();
    const [pid] = await once(createInterface(parent.stdout), 'line');
    expect(existsSync(lock)).toBe(true);
    parent.kill(signal);
    await once(parent, 'close');
    expect((await output).join('')).toContain(`stopped by ${signal}\n`);
    expect(existsSync(lock)).toBe(false);
    await vi.waitFor(() => expect(isAlive(Number(pid))).toBe(false), longWait);
  },
);

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
