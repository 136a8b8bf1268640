import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalizePath } from './index.js';

describe('normalizePath', () => {
  test.each([
    ['/', '/'],
    ['/chat', '/chat'],
    ['/chat/', '/chat/'],
    ['/%63hat', '/chat'],
    ['/caf%c3%a9', '/caf%C3%A9'],
    ['/[a]|^', '/%5Ba%5D%7C%5E'],
    ['/%5ba%5d%7c%5e', '/%5Ba%5D%7C%5E'],
    ['/a/[b]/../^', '/a/%5E'],
    ['/a/./b', '/a/b'],
    ['/a/../b', '/b'],
    ['/a/%2e%2e/b', '/b'],
    ['/a/.%2E', '/'],
    ['/..', '/'],
    ['/../../etc', '/etc'],
    ['/a/b/..', '/a/'],
    ['/a//b', '/a//b'],
    ['/a;v=1/b', '/a;v=1/b'],
    ['/a;v=1/../b', '/b'],
    ['/a//b/../c', '/a//c'],
    ['/a//./b', '/a//b'],
    ['/caf%e9', '/caf%E9'],
    ['/%252e%252e/b', '/%252e%252e/b'],
    ['/a..b/...', '/a..b/...'],
  ])('reads %s as %s', (path, normal) => {
    expect(normalizePath(path)).toEqual({ ok: true, path: normal });
  });

  test.each([
    '',
    'chat',
    '/a%2fb',
    '/a%2Fb',
    '/a%5cb',
    '/a\\b',
    '/%00',
    '/%0',
    '/%zz',
    '/a b',
    '/é',
    '/a\n',
    '/a?b',
    '/a#b',
    '/a"b',
    '/<a>',
    '/{a}',
    '/`',
    '/a//../b',
    '/a//b/../../c',
    '/a/;/../b',
    '/a/;v=1/../b',
    '/a/..;/b',
    '/a/..;v=1/b',
    '/a/.;/b',
    '/a/%2e%2e;/b',
    '/a/..%3b/b',
    '/a/%c0%ae%c0%ae/b',
    '/a%C0%AFb',
    '/a%c1%9cb',
    '/a%e0%80%afb',
    '/a%f0%80%80%afb',
  ])('refuses %s, whose meaning would depend on who reads it', (path) => {
    expect(normalizePath(path)).toMatchObject({ ok: false });
  });

  test.each([
    ['/a%2fb', '/a%2Fb'],
    ['/a%2F', '/a%2F'],
    ['/%2F%2Fa', '/%2F%2Fa'],
    ['/a%2Fb/../c', '/c'],
    ['/a%2F..b%2F.c', '/a%2F..b%2F.c'],
    ['/a%252F..', '/a%252F..'],
  ])('keeps an encoded slash as a part of its segment where that may pass: %s', (path, normal) => {
    expect(normalizePath(path, { encodedSlash: 'pass' })).toEqual({ ok: true, path: normal });
  });

  test.each([
    '/a%2F..',
    '/a%2F%2E%2e/b',
    '/..%2Fa',
    '/a/..%2f..%2fb',
    '/.%2Fa',
    '/a%2F.',
    '/a%2F..%2Fb',
    '/a%2F..;v=1',
    '/a%2F..%3Bv/b',
    '/a%2Fb%5Cc',
    '/a%2F%00',
  ])('refuses %s also where an encoded slash may pass', (path) => {
    expect(normalizePath(path, { encodedSlash: 'pass' })).toMatchObject({ ok: false });
  });

  const segments = fc.array(
    fc.constantFrom('a', '.', '..', '%2e', '%2E%2e', '', 'b%20', '%41', ';c', '[|]'),
    {
      maxLength: 10,
    },
  );

  test('normalizing leaves no dot segment, and is idempotent', () => {
    fc.assert(
      fc.property(segments, (parts) => {
        const once = normalizePath(`/${parts.join('/')}`);
        fc.pre(once.ok);
        expect(once.path.split('/')).not.toEqual(expect.arrayContaining(['..']));
        expect(once.path.split('/')).not.toEqual(expect.arrayContaining(['.']));
        expect(normalizePath(once.path)).toEqual(once);
      }),
    );
  });

  test('normalizing agrees with a server that merges slashes and removes parameters first', () => {
    fc.assert(
      fc.property(segments, (parts) => {
        const ours = normalizePath(`/${parts.join('/')}`);
        const theirs = normalizePath(merged(parts));
        fc.pre(ours.ok && theirs.ok);
        expect(merged(ours.path.split('/'))).toBe(merged(theirs.path.split('/')));
      }),
    );
  });
});

// Without parameters, and without the segments that are empty then.
function merged(segments: readonly string[]): string {
  const names = segments.map((segment) => segment.replace(/;.*/, '')).filter((segment) => segment !== '');
  return `/${names.join('/')}`;
}
