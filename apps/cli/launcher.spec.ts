import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runToEnd, type ProgramExit } from '../../test/support/child-program.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-launcher-'));
  await copyFile('sluice', join(folder, 'sluice'));
  await write('package.json', '{ "type": "module" }');
  await write(
    'dist/apps/cli/main.js',
    'console.log("main", ...process.argv.slice(2)); process.exitCode = 1;',
  );
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('without the scripts folder, as in an image, the launcher runs the built program', async () => {
  expect(await launch('diff', 'a b')).toEqual({ exitCode: 1, output: 'main diff a b\n' });
});

test('in a clone the launcher builds the program first, without the native engine', async () => {
  await write('scripts/prepare.mjs', 'export const prepare = async (options) => console.log(options);');
  expect((await launch('help')).output).toBe('{ withEngine: false }\nmain help\n');
});

test('if the build fails, the launcher prints the reason and ends with 2', async () => {
  await write(
    'scripts/prepare.mjs',
    'export const prepare = async () => { throw new Error("no network"); };',
  );
  expect(await launch('help')).toEqual({ exitCode: 2, output: 'no network\n' });
});

async function write(file: string, text: string): Promise<void> {
  const path = join(folder, file);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
}

function launch(...words: string[]): Promise<ProgramExit> {
  const { PATH = '' } = process.env;
  return runToEnd(join(folder, 'sluice'), words, { PATH });
}
