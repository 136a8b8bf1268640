import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fieldRules } from '#libs/contract';
import { en } from './en.js';
import { zh } from './zh.js';
import { fieldErrors } from './zh/field-errors.js';

const sources = join(import.meta.dirname, '..');
const code = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/messages[\\/]|\.spec\./.test(name))
  .map((name) => readFileSync(join(sources, name), 'utf8'))
  .join('\n');

test('both languages have the same messages, and none is empty', () => {
  expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
  for (const text of [...Object.values(en), ...Object.values(zh)]) expect(text.trim()).not.toBe('');
});

test('a message has the same values in both languages', () => {
  for (const [key, text] of Object.entries(en)) {
    expect([key, valuesIn(zh[key as keyof typeof en])]).toEqual([key, valuesIn(text)]);
  }
});

test('every message is used, and every used message exists', () => {
  const unused = Object.keys(en).filter((key) => !code.includes(`'${key}'`) && !code.includes(`"${key}"`));
  expect(unused).toEqual([]);
  const used = [...code.matchAll(/\bt\('([^']+)'/g)].map(([, key]) => key);
  expect(used.filter((key) => !(key !== undefined && key in en))).toEqual([]);
});

test('every code of a field error has a translation, except the one without a meaning of its own', () => {
  const codes = Object.keys(fieldRules).filter((code) => code !== 'invalid');
  expect(Object.keys(fieldErrors).sort()).toEqual(codes.sort());
});

function valuesIn(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort();
}
