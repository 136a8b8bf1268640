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
    replacement: null,
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
      expect(target(path, { matchPath, basePath, replacement: '' })).toBe(expected);
    },
  );
});

describe('replacePrefix', () => {
  test.each([
    ['/socket', '/v2', '', '/socket', '/v2'],
    ['/socket', '/v2', '', '/socket/', '/v2/'],
    ['/socket', '/v2', '', '/socket/x/y', '/v2/x/y'],
    ['/socket', '/v2/', '', '/socket', '/v2/'],
    ['/socket', '/v2/', '', '/socket/x', '/v2/x'],
    ['/socket/', '/v2/', '', '/socket/x', '/v2/x'],
    ['/socket/', '/v2', '', '/socket/', '/v2/'],
    ['/socket', '/v2', '/base', '/socket/x', '/base/v2/x'],
    ['/socket', '/v2', '/base/', '/socket', '/base/v2'],
    ['/socket', '/', '/base', '/socket', '/base/'],
    ['/socket', '/', '', '/socket/x', '/x'],
    ['/', '/v2', '', '/x', '/v2/x'],
    ['/', '/v2', '', '/', '/v2/'],
    ['/socket', '/v2', '', '/%73ocket/x%20y', '/v2/x%20y'],
    ['/socket', '/v2', '', '/socket//x', '/v2//x'],
    ['/socket', '/v2', '', '/other/../socket/x/..', '/v2/'],
  ])('%s is replaced by %s after the base path "%s": %s becomes %s', (matchPath, ...others) => {
    const [replacement, basePath, path, expected] = others;
    expect(target(path, { matchPath, basePath, replacement })).toBe(expected);
  });

  test('the query is kept', () => {
    expect(target('/socket/x', { replacement: '/v2', rawQuery: 'a=/socket' })).toBe('/v2/x?a=/socket');
  });
});

test('no path leaves the base path and the replacement', () => {
  const segment = fc.constantFrom('..', '.', '%2e%2e', '%2E.', 'socket', 'a', '', '..%2F', '%2fa', 'a%2F..');
  const paths = fc.array(segment, { maxLength: 8 }).map((segments) => `/${segments.join('/')}`);
  fc.assert(
    fc.property(paths, fc.constantFrom(null, '', '/v2'), (path, replacement) => {
      fc.pre(normalizePath(path, { encodedSlash: 'pass' }).ok);
      const result = target(path, { basePath: '/base', replacement });
      const start = `/base${replacement ?? ''}`;
      expect(result === start || result.startsWith(`${start}/`)).toBe(true);
      expect(result.split(/\/|%2F/)).not.toContain('..');
    }),
  );
});
