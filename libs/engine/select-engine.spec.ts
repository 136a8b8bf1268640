import { expect, test } from 'vitest';
import { SettingsError } from '#libs/settings';
import { Engine, type CreatedEngine } from './engine.js';
import { selectEngine } from './select-engine.js';

const unavailable = (): CreatedEngine => ({ ok: false, reason: 'not found: g++' });

test.each(['auto', 'native'] as const)('%s relays in native code when it is available', async (choice) => {
  const { engine, status, isFallback } = selectEngine(choice);
  expect(engine).toBeInstanceOf(Engine);
  expect({ status, isFallback }).toEqual({ status: { name: 'native', reason: null }, isFallback: false });
  await engine?.close();
});

test('auto relays in TypeScript when native code is not available, and gives the reason', () => {
  const status = { name: 'typescript', reason: 'not found: g++' };
  expect(selectEngine('auto', unavailable)).toEqual({ engine: null, status, isFallback: true });
});

test('native is rejected as a setting when native code is not available', () => {
  expect(() => selectEngine('native', unavailable)).toThrow(
    new SettingsError('SLUICE_ENGINE', 'is native, but the native engine is not available: not found: g++'),
  );
});

test('typescript relays in TypeScript without loading native code', () => {
  const load = (): CreatedEngine => {
    throw new Error('loaded');
  };
  expect(selectEngine('typescript', load)).toMatchObject({ engine: null, isFallback: false });
});
