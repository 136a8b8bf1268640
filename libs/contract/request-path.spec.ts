import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizePath } from './index.js';

describe('normalizePath', () => {
  it.each([
    ['/', '/'],
    ['/chat', '/chat'],
    ['/chat/', '/chat/'],
    ['/%63hat', '/chat'],
    ['/caf%c3%a9', '/caf%C3%A9'],
    ['/a/./b', '/a/b'],
    ['/a/../b', '/b'],
    ['/a/%2e%2e/b', '/b'],
    ['/a/.%2E', '/'],
    ['/..', '/'],
    ['/../../etc', '/etc'],
    ['/a/b/..', '/a/'],
    ['/a//b', '/a//b'],
    ['/a;v=1/b', '/a;v=1/b'],
    ['/a..b/...', '/a..b/...'],
  ])('reads %s as %s', (path, normal) => {
    expect(normalizePath(path)).toEqual({ ok: true, path: normal });
  });

  it.each([
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
  ])('refuses %s, whose meaning would depend on who reads it', (path) => {
    expect(normalizePath(path)).toMatchObject({ ok: false });
  });

  const segments = fc.array(fc.constantFrom('a', '.', '..', '%2e', '%2E%2e', '', 'b%20', '%41'), {
    maxLength: 10,
  });

  it('leaves no dot segment, and changes nothing the second time', () => {
    fc.assert(
      fc.property(segments, (parts) => {
        const once = normalizePath(`/${parts.join('/')}`);
        if (!once.ok) throw new Error(once.reason);
        expect(once.path.split('/')).not.toEqual(expect.arrayContaining(['..']));
        expect(once.path.split('/')).not.toEqual(expect.arrayContaining(['.']));
        expect(normalizePath(once.path)).toEqual(once);
      }),
    );
  });
});
