import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ensureCompiler } from './compiler.mjs';
import { stageOfInstall } from './install.mjs';

let printed;
beforeEach(() => {
  printed = vi.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterEach(() => printed.mockRestore());

const finds = (...present) => ({ find: (program) => present.find((one) => one === program) });

test('nothing is printed if all programs exist, under any of their names', () => {
  expect(ensureCompiler(finds('python3', 'make', 'g++'))).toBeNull();
  expect(ensureCompiler(finds('python', 'gmake', 'clang++'))).toBeNull();
  expect(printed).not.toHaveBeenCalled();
});

test('missing programs are named in one line before anything is tried', () => {
  const hint = ensureCompiler({ ...finds('make'), canInstall: () => false });
  expect(hint).toMatch(/^Not found: python3, g\+\+\. sqlite3 needs them .*install python3, make and a C\+\+/);
  expect(printed.mock.calls).toEqual([[hint]]);
});

test('missing programs are installed if possible', () => {
  const installed = [];
  const options = { canInstall: () => true, installPackage: (...names) => installed.push(...names) };
  expect(ensureCompiler({ ...finds('python3'), ...options })).toBeNull();
  expect(installed).toEqual(['make', 'g++']);
});

test('programs that cannot be installed are named, and do not stop the run', () => {
  const installPackage = () => {
    throw new Error('apt-get update: it ended with status 100');
  };
  const hint = ensureCompiler({ ...finds('python3', 'make'), canInstall: () => true, installPackage });
  expect(printed.mock.calls).toEqual([['apt-get update: it ended with status 100'], [hint]]);
  expect(hint).toMatch(/^Not found: g\+\+\./);
});

test('the running install script is named', () => {
  expect(stageOfInstall('> sqlite3@6.0.1 install')).toMatch(/^sqlite3 is built/);
  expect(stageOfInstall('> @scope/name@1.2.3 postinstall')).toMatch(/^@scope\/name is built/);
  expect(stageOfInstall('> node-gyp rebuild')).toBeUndefined();
  expect(stageOfInstall('added 400 packages')).toBeUndefined();
});
