import { expect, test } from 'vitest';
import { SettingsError } from '#libs/settings';
import { StartError, startFailure } from './start-failure.js';

test('a failure that the operator can fix is printed as one line, and a bug with its stack', () => {
  expect(startFailure(new StartError('worker 1 ended at its start'))).toBe('worker 1 ended at its start');
  expect(startFailure(new SettingsError('SLUICE_DATA_DIR', 'is wrong'))).toBe('SLUICE_DATA_DIR: is wrong');
  expect(startFailure(new Error('a bug'))).toMatch(/^Error: a bug\n +at /);
  expect(startFailure('text')).toBe('text');
});
