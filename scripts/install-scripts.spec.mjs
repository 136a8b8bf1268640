import { expect, test } from 'vitest';
import { undecidedInstallScripts } from './install-scripts.mjs';

test('a package with an undecided install script is named', () => {
  const packages = {
    '': { name: 'app' },
    'node_modules/plain': {},
    'node_modules/allowed': { hasInstallScript: true },
    'node_modules/denied': { hasInstallScript: true },
    'node_modules/plain/node_modules/@scope/nested': { hasInstallScript: true },
    'node_modules/alias': { name: 'real', hasInstallScript: true },
  };
  const allowScripts = { allowed: true, denied: false };
  expect(undecidedInstallScripts({ allowScripts }, { packages })).toEqual(['@scope/nested', 'real']);
  expect(undecidedInstallScripts({}, { packages })).toHaveLength(4);
});

test('every install script of this project is decided on', () => {
  expect(undecidedInstallScripts()).toEqual([]);
});
