import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { apiKeyCreateSchema, routeCreateSchema, tenantCreateSchema } from '#libs/contract';
import { readApiSettings, readEchoSettings, readGatewaySettings } from '#libs/settings';
import { codeIn, tableRowsUnder } from './markdown-table.js';
import { settingsRead } from './settings-read.js';

const document = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

describe('docs/configuration.md: settings', () => {
  test('has every setting that the programs read, and no other', () => {
    const documented = tableRowsUnder(document, '## Settings').flatMap(([setting = '']) => codeIn(setting));
    expect(documented.sort()).toEqual(settingsRead());
  });

  test('the README has the same ones', () => {
    const documented = tableRowsUnder(readme, '## Settings').flatMap(([setting = '']) => codeIn(setting));
    expect(documented.sort()).toEqual(settingsRead());
  });

  test('says what a wrong one prints', () => {
    for (const [setting = '', , , , , printed = ''] of tableRowsUnder(document, '## Settings')) {
      const [name = ''] = codeIn(setting);
      if (name === 'SLUICE_DATA_DIR') continue;
      expect(codeIn(printed)).toContain(expectationOf(name));
    }
  });
});

describe('docs/configuration.md: resources', () => {
  test.each([
    ['### Tenant', tenantCreateSchema, { slug: 'a' }],
    ['### Route', routeCreateSchema, { match: { path: '/' }, upstreams: [{ url: 'ws://a' }] }],
    ['### API key', apiKeyCreateSchema, { name: 'a' }],
  ] as const)('%s: every field with its default, and no other', (heading, schema: z.ZodObject, least) => {
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

/** What the program that reads the setting says of a value that none of them can be. */
function expectationOf(setting: string): string {
  for (const read of [readApiSettings, readGatewaySettings, readEchoSettings]) {
    try {
      read({ [setting]: ' \u0001 ' });
    } catch (error) {
      const [, expectation = ''] = /^[A-Z_]+: (.*)$/.exec((error as Error).message) ?? [];
      return expectation;
    }
  }
  throw new Error(`nobody refuses a wrong ${setting}`);
}

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
