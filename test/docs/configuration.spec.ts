import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { apiKeyCreateSchema, routeCreateSchema, tenantCreateSchema } from '#libs/contract';
import { settingGroups } from '#libs/settings';
import { codeIn, tableRowsUnder } from './markdown-table.js';
import { withSettings } from './settings-page.js';
import { settingsRead } from './settings-read.js';

const page = fileURLToPath(new URL('../../docs/configuration.md', import.meta.url));
const document = readFileSync(page, 'utf8');

describe('docs/configuration.md: settings', () => {
  test('is generated from the definitions', async () => {
    // `npm run docs:settings` updates the page through this assertion.
    await expect(withSettings(document)).toMatchFileSnapshot(page);
  });

  test('lists exactly the settings that the programs read', () => {
    const defined = settingGroups.flatMap(({ settings }) => settings.map(({ name }) => name));
    expect(defined.sort()).toEqual(settingsRead());
  });

  test.each(
    settingGroups.flatMap(({ settings }) => settings).filter(({ name }) => name !== 'SLUICE_DATA_DIR'),
  )('an invalid $name is refused with the documented form of its value', (setting) => {
    const expected = `${setting.name}: expected ${setting.expected}`;
    expect(() => setting.read({ [setting.name]: ' \u0001 ' })).toThrow(expected);
  });

  test.each(settingGroups.flatMap(({ settings }) => settings))(
    'the example of $name is a valid value',
    (setting) => {
      expect(() =>
        setting.read({ [setting.name]: setting.example.replace(/^\$\(.*\)$/, 'f'.repeat(64)) }),
      ).not.toThrow();
    },
  );
});

describe('docs/configuration.md: resources', () => {
  test.each([
    ['### Tenant', tenantCreateSchema, { slug: 'a' }],
    ['### Route', routeCreateSchema, { match: { path: '/' }, upstreams: [{ url: 'ws://a' }] }],
    ['### API key', apiKeyCreateSchema, { name: 'a' }],
  ] as const)('%s: lists exactly the fields, with their defaults', (heading, schema: z.ZodObject, least) => {
    const resource: unknown = schema.parse(least);
    const documented = tableRowsUnder(document, heading).map(
      ([field = '', value = '']) => `${codeIn(field).join()} ${codeIn(value)[0] ?? value}`,
    );
    const defined = fieldPaths(schema).map((path) => {
      if (valueAt(least, path) !== undefined) return `${path} required`;
      const value = valueAt(resource, path);
      return `${path} ${value === undefined ? 'the slug' : JSON.stringify(value)}`;
    });
    expect(documented.sort()).toEqual(defined.sort());
  });
});

// `upstreams[].url` stands for a field of each element.
function fieldPaths(schema: z.ZodObject, prefix = ''): string[] {
  return Object.entries(schema.shape).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const inner = innermost(field as z.ZodType);
    if (inner instanceof z.ZodObject) return fieldPaths(inner, `${path}.`);
    if (!(inner instanceof z.ZodArray)) return [path];
    const element = innermost(inner.element as z.ZodType);
    return element instanceof z.ZodObject ? [path, ...fieldPaths(element, `${path}[].`)] : [path];
  });
}

function innermost(field: z.ZodType): z.ZodType {
  if (field instanceof z.ZodDefault || field instanceof z.ZodPrefault || field instanceof z.ZodOptional) {
    return innermost(field.unwrap() as z.ZodType);
  }
  return field;
}

function valueAt(resource: unknown, path: string): unknown {
  return path
    .replaceAll('[]', '.0')
    .split('.')
    .reduce<unknown>((value, name) => {
      return typeof value === 'object' && value !== null
        ? (value as Record<string, unknown>)[name]
        : undefined;
    }, resource);
}
