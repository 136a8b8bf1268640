import { describe, expect, test } from 'vitest';
import { parseRequestTarget } from './request-target.js';

describe('a target in origin-form', () => {
  test.each([
    ['/a', '/a', null],
    ['/a?', '/a', ''],
    ['/a?b?c', '/a', 'b?c'],
    ['/', '/', null],
    ['//a/b', '//a/b', null],
    ['/http://other.test/', '/http://other.test/', null],
  ])('the target %s has a path and a query, and no authority', (text, rawPath, rawQuery) => {
    expect(parseRequestTarget(text, 100)).toEqual({
      ok: true,
      target: { authority: null, rawPath, rawQuery },
    });
  });
});

describe('a target in absolute-form', () => {
  test.each([
    ['http://chat.test/a', 'chat.test', '/a', null],
    ['https://chat.test/a', 'chat.test', '/a', null],
    ['ws://chat.test/a', 'chat.test', '/a', null],
    ['wss://chat.test/a', 'chat.test', '/a', null],
    ['WS://Chat.Test:8080/a', 'Chat.Test:8080', '/a', null],
    ['http://[::1]:80/a?b', '[::1]:80', '/a', 'b'],
    ['http://chat.test', 'chat.test', '/', null],
    ['http://chat.test?b', 'chat.test', '/', 'b'],
    ['http://chat.test?/b', 'chat.test', '/', '/b'],
    ['http://chat.test//a/../b', 'chat.test', '//a/../b', null],
    ['http://chat.test/?http://other.test/', 'chat.test', '/', 'http://other.test/'],
  ])(
    'the target %s has an authority, and its path and query are unchanged',
    (text, authority, rawPath, rawQuery) => {
      expect(parseRequestTarget(text, 100)).toEqual({ ok: true, target: { authority, rawPath, rawQuery } });
    },
  );
});

describe('an invalid target', () => {
  test.each([
    ['', 'bad_handshake'],
    ['*', 'bad_handshake'],
    ['chat.test:80', 'bad_handshake'],
    ['chat.test/a', 'bad_handshake'],
    ['?a', 'bad_handshake'],
    ['http:/chat.test/', 'bad_handshake'],
    ['http:chat.test/', 'bad_handshake'],
    ['ftp://chat.test/', 'bad_handshake'],
    ['wsx://chat.test/', 'bad_handshake'],
    ['httpss://chat.test/', 'bad_handshake'],
    ['xhttp://chat.test/', 'bad_handshake'],
    [' /a', 'bad_handshake'],
    ['/a\x7f', 'bad_handshake'],
    ['http://user@chat.test/', 'bad_handshake'],
    ['http://user:secret@chat.test/', 'bad_handshake'],
    ['http://@chat.test/', 'bad_handshake'],
    ['http://chat.test/#a', 'bad_handshake'],
    ['/a#', 'bad_handshake'],
    ['/a b', 'bad_handshake'],
    ['/caf\u00e9', 'bad_handshake'],
    [`/${'a'.repeat(100)}`, 'uri_too_long'],
  ])('the target %s is refused with %s and a reason', (text, code) => {
    const detail: unknown = expect.stringMatching(/\w/);
    expect(parseRequestTarget(text, 100)).toEqual({ ok: false, code, detail });
  });

  test('a target is refused for its length only if it exceeds the limit', () => {
    expect(parseRequestTarget(`/${'a'.repeat(99)}`, 100).ok).toBe(true);
  });
});
