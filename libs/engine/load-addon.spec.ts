import { expect, test } from 'vitest';
import { loadAddon, type AddonFiles } from './load-addon.js';

function files(addon: () => unknown, unavailable: () => unknown = missing): AddonFiles {
  return { loadAddon: addon, readUnavailable: unavailable };
}

function missing(): never {
  throw Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' });
}

test('the addon that `npm run build:engine` builds is loaded', () => {
  expect(loadAddon()).toMatchObject({ ok: true });
});

test('an addon that was compiled for the libuv of this process is returned', () => {
  const addon = { compiledTcpBytes: 248, runtimeTcpBytes: 248 };
  const loaded = loadAddon(files(() => addon));
  expect(loaded).toEqual({ ok: true, addon });
  expect(loaded.ok && loaded.addon).toBe(addon);
});

test('an addon that was compiled for another libuv is rejected, and the reason names both sizes', () => {
  const other = { compiledTcpBytes: 248, runtimeTcpBytes: 264 };
  expect(loadAddon(files(() => other))).toEqual({
    ok: false,
    reason: expect.stringMatching(/another version of libuv \(248 bytes .* not 264\)/) as unknown,
  });
});

test.each([
  ['nothing', undefined],
  ['no sizes', {}],
  ['sizes that are not numbers', { compiledTcpBytes: '248', runtimeTcpBytes: '248' }],
])('an addon that exports %s is not handed out', (_, exported) => {
  expect(loadAddon(files(() => exported))).toEqual({
    ok: false,
    reason: expect.stringContaining('another version of Sluice') as unknown,
  });
});

test('if the addon was never built, the reason says how to build it', () => {
  expect(loadAddon(files(missing))).toEqual({ ok: false, reason: 'it is not built (npm run build:engine)' });
});

test('if the build of the addon failed, the reason is the one that the build reported', () => {
  const unavailable = () => ({ reason: 'not found: g++' });
  expect(loadAddon(files(missing, unavailable))).toEqual({ ok: false, reason: 'not found: g++' });
});

test('if the addon does not load, the reason is the first line of the loader error', () => {
  const loaded = loadAddon(
    files(() => {
      throw new Error('libstdc++.so.6: cannot open shared object file\nsecond line');
    }),
  );
  expect(loaded).toEqual({ ok: false, reason: 'libstdc++.so.6: cannot open shared object file' });
});

test('an unreadable build note does not hide why the addon does not load', () => {
  expect(loadAddon(files(missing, () => 'not a note'))).toEqual({
    ok: false,
    reason: 'it is not built (npm run build:engine)',
  });
});
