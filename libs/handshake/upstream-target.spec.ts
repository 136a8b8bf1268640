import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalizePath } from '#libs/contract';
import { upstreamTarget, type UpstreamTargetOptions } from './upstream-target.js';

function target(rawPath: string, options: Partial<UpstreamTargetOptions> = {}): string {
  const normalized = normalizePath(rawPath, { encodedSlash: 'pass' });
  if (!normalized.ok) throw new Error(normalized.reason);
  const request = { rawPath, path: normalized.path };
  return upstreamTarget({
    request,
    matchPath: '/socket',
    stripPrefix: false,
    basePath: '',
    rawQuery: null,
    ...options,
  });
}

test('path and query are sent byte for byte if the route does not rewrite them', () => {
  expect(target('/a/../%7e//%41', { rawQuery: 'x=%20&|' })).toBe('/a/../%7e//%41?x=%20&|');
  expect(target('/[a]|^%5b')).toBe('/[a]|^%5b');
});

test('an empty query keeps its question mark', () => {
  expect(target('/a', { rawQuery: '' })).toBe('/a?');
});

describe('a base path', () => {
  test.each([
    ['/base', '/socket', '/base/socket'],
    ['/base/', '/socket', '/base/socket'],
    ['/base', '/', '/base/'],
    ['/base', '/socket/', '/base/socket/'],
    ['/base', '/%2e%2E/secret', '/base/secret'],
    ['/base', '/a/../../b', '/base/b'],
    ['/base', '/[a]|^%5D', '/base/[a]|^%5D'],
    ['/base[1]', '/a', '/base[1]/a'],
  ])('the base path %s is put in front of %s: %s', (basePath, path, expected) => {
    expect(target(path, { basePath })).toBe(expected);
  });
});

describe('stripPrefix', () => {
  test.each([
    ['/socket', '', '/socket', '/'],
    ['/socket', '', '/socket/', '/'],
    ['/socket', '', '/socket/x', '/x'],
    ['/socket', '/base', '/socket', '/base'],
    ['/socket', '/base', '/socket/', '/base/'],
    ['/socket', '/base/', '/socket', '/base/'],
    ['/socket', '/base/', '/socket/x', '/base/x'],
    ['/socket/', '', '/socket/x', '/x'],
    ['/socket/', '/base', '/socket/', '/base/'],
    ['/', '', '/x', '/x'],
    ['/', '/base', '/x', '/base/x'],
    ['/socket', '', '/%73ocket/x', '/x'],
    ['/socket', '', '/socket/[a]|^%5D', '/[a]|^%5D'],
    ['/a%5B1%5D', '', '/a[1]/x', '/x'],
    ['/a%5B1%5D', '/base', '/a%5b1%5d', '/base'],
    ['/a//b/', '', '/a//b//x', '//x'],
    ['/socket', '/base', '/socket/../socket/x/..', '/base/'],
  ])(
    'stripPrefix removes %s before base path %s is added: %s becomes %s',
    (matchPath, basePath, path, expected) => {
      expect(target(path, { matchPath, basePath, stripPrefix: true })).toBe(expected);
    },
  );
});

test('no path leaves the base path', () => {
  const segment = fc.constantFrom('..', '.', '%2e%2e', '%2E.', 'socket', 'a', '', '..%2F', '%2fa', 'a%2F..');
  const paths = fc.array(segment, { maxLength: 8 }).map((segments) => `/${segments.join('/')}`);
  fc.assert(
    fc.property(paths, fc.boolean(), (path, stripPrefix) => {
      fc.pre(normalizePath(path, { encodedSlash: 'pass' }).ok);
      const result = target(path, { basePath: '/base', stripPrefix });
      expect(result === '/base' || result.startsWith('/base/')).toBe(true);
      expect(result.split(/\/|%2F/)).not.toContain('..');
    }),
  );
});
