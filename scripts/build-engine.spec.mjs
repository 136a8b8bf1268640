import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { buildEngine } from './build-engine.mjs';
import { root } from './run-program.mjs';

const require = createRequire(import.meta.url);

let folder;
let source;
let output;

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  mkdirSync(join(root, 'dist'), { recursive: true });
  folder = mkdtempSync(join(root, 'dist', 'build-engine-'));
  [source, output] = ['source', 'output'].map((name) => relative(root, join(folder, name)));
  mkdirSync(join(root, source, 'src'), { recursive: true });
  const gyp = readFileSync(join(root, 'libs', 'engine', 'native', 'binding.gyp'));
  writeFileSync(join(root, source, 'binding.gyp'), gyp);
  writeAddon('1');
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const addon = () => join(root, output, 'sluice_engine.node');
const unavailable = () => join(root, output, 'unavailable.json');

function writeAddon(number) {
  const text = `#include <node_api.h>
    NAPI_MODULE_INIT() {
      napi_value number;
      napi_create_uint32(env, ${number}, &number);
      return number;
    }`;
  writeFileSync(join(root, source, 'src', 'addon.cc'), text);
}

test('the engine is built once, and again after a change of a source', async () => {
  expect(await buildEngine({ source, output })).toBeNull();
  const { ino } = statSync(addon());
  expect(await buildEngine({ source, output })).toBeNull();
  expect(statSync(addon()).ino).toBe(ino);
  writeAddon('2');
  expect(await buildEngine({ source, output })).toBeNull();
  expect(require(addon())).toBe(2);
});

test('after a compile error there is no addon, and the reason is the first error of the compiler', async () => {
  expect(await buildEngine({ source, output })).toBeNull();
  writeAddon('unknown_name');
  const reason = await buildEngine({ source, output });
  expect(reason).toMatch(/addon\.cc:\d+:\d+: error: .*unknown_name.*build\.log has the whole output/);
  expect(JSON.parse(readFileSync(unavailable(), 'utf8'))).toEqual({ reason });
  expect(existsSync(addon())).toBe(false);
  writeAddon('3');
  expect(await buildEngine({ source, output })).toBeNull();
  expect(existsSync(unavailable())).toBe(false);
});

test('without a compiler no build is tried, and the reason names the missing programs', async () => {
  const reason = await buildEngine({ source, output, missingCompiler: () => ['make', 'g++'] });
  expect(reason).toBe('not found: make, g++');
  expect(JSON.parse(readFileSync(unavailable(), 'utf8'))).toEqual({ reason });
  expect(existsSync(join(root, source, 'build'))).toBe(false);
});
