import { describe, expect, test } from 'vitest';
import { mapCookie } from './mapped-cookie.js';
import { mapLocation } from './mapped-location.js';
import { pathMapping } from './path-mapping.js';

const replaced = { upstream: '/base/v2', client: '/chat' };
const stripped = { upstream: '', client: '/chat' };
const anyMatch = { host: '*', encodedSlash: 'refuse', headers: null, query: null } as const;
const asItIs = { upstream: '', client: '' };

test.each([
  ['/chat', { stripPrefix: false, replacePrefix: null }, '', asItIs],
  ['/chat', { stripPrefix: false, replacePrefix: null }, '/base/', { upstream: '/base', client: '' }],
  ['/chat/', { stripPrefix: true, replacePrefix: null }, '', stripped],
  ['/chat', { stripPrefix: false, replacePrefix: '/v2/' }, '/base', replaced],
  ['/', { stripPrefix: false, replacePrefix: '/v2' }, '', { upstream: '/v2', client: '' }],
])('the paths of a route for %s with %o and the base path "%s"', (path, prefix, basePath, expected) => {
  const match = { ...anyMatch, path, pathType: 'prefix' } as const;
  const rewrite = { ...prefix, redirects: 'map', cookies: 'map' } as const;
  expect(pathMapping({ match, rewrite }, basePath, path)).toEqual(expected);
});

test('the whole path of a template is replaced, with the values of its parameters', () => {
  const match = { ...anyMatch, path: '/rooms/:room', pathType: 'template' } as const;
  const rewrite = {
    stripPrefix: false,
    replacePrefix: '/v2/$room/ws',
    redirects: 'map',
    cookies: 'map',
  } as const;
  expect(pathMapping({ match, rewrite }, '/base', '/rooms/a')).toEqual({
    upstream: '/base/v2/a/ws',
    client: '/rooms/a',
  });
});

describe('a Location of the upstream', () => {
  const authorities = ['up.test:9000', 'chat.test'];

  test.each([
    ['/base/v2/login?a=b#c', '/chat/login?a=b#c'],
    ['/base/v2', '/chat'],
    ['/base/v2/', '/chat/'],
    ['http://up.test:9000/base/v2/login', '/chat/login'],
    ['HTTPS://UP.test:9000/base/v2/login', '/chat/login'],
    ['ws://up.test:9000/base/v2', '/chat'],
    ['//up.test:9000/base/v2/x', '/chat/x'],
    ['https://chat.test/base/v2/x', '/chat/x'],
    ['https://chat.test:443/base/v2/x', '/chat/x'],
    ['/base/v2/a/../b', '/chat/b'],
    ['/base/v2//x', '/chat//x'],
  ])('%s leads the client to %s', (location, expected) => {
    expect(mapLocation(location, replaced, authorities)).toBe(expected);
  });

  test.each([
    ['another server', 'https://other.test/base/v2/x'],
    ['another server with the name of the upstream in front', 'https://up.test:9000.evil.test/base/v2'],
    ['a server behind user information', 'https://up.test:9000@evil.test/base/v2'],
    ['user information', 'https://evil@up.test:9000/base/v2'],
    ['another port', 'http://up.test:9001/base/v2'],
    ['a path outside the prefix', '/base/v1'],
    ['a path that only begins like it', '/base/v22'],
    ['a path that leaves it', '/base/v2/../v1'],
    ['a relative path', 'login'],
    ['a query alone', '?a=b'],
    ['no path', ''],
    ['another scheme', 'javascript:alert(1)'],
    ['a backslash', '/\\evil.test/base/v2'],
    ['a space', '/base/v2 x'],
    ['bytes above ASCII', '/base/v2/\xe4'],
    ['no URL', 'http://[::1/base/v2'],
  ])('is kept if it is %s', (_name, location) => {
    expect(mapLocation(location, replaced, authorities)).toBe(location);
  });

  test('never leads to a host that its path names', () => {
    expect(mapLocation('http://up.test:9000//evil.test/x', asItIs, authorities)).toBe('/.//evil.test/x');
    expect(mapLocation('http://up.test:9000/.//evil.test/x', asItIs, authorities)).toBe('/.//evil.test/x');
    expect(new URL('/.//evil.test/x', 'https://chat.test').host).toBe('chat.test');
    expect(mapLocation('/x/..//evil.test', asItIs, authorities)).toBe('/.//evil.test');
  });
});

describe('a cookie of the upstream', () => {
  const hosts = { upstreamHost: 'up.inside.test', clientHost: 'chat.test' };

  test.each([
    ['a=1; Path=/base/v2', 'a=1; Path=/chat'],
    ['a=1; path=/base/v2/x; HttpOnly', 'a=1; path=/chat/x; HttpOnly'],
    ['a=1;PATH = /base/v2/ ;Secure', 'a=1;PATH =/chat/;Secure'],
    ['a=1; Domain=up.inside.test; Secure', 'a=1; Secure'],
    ['a=1; Domain=.Inside.TEST', 'a=1'],
    ['a="/base/v2; Path=/base/v2', 'a="/base/v2; Path=/chat'],
  ])('%s becomes %s', (cookie, expected) => {
    expect(mapCookie(cookie, replaced, hosts)).toBe(expected);
  });

  test.each([
    'a=1',
    'a=1; Path=/',
    'a=1; Path=/base/v22',
    'a=1; Domain=other.test',
    'a=1; Domain=test',
    'a=1; Domain=',
    '__Host-a=1; Path=/base/v2; Secure',
    'Path=/base/v2',
    'a=Domain=up.inside.test',
    '',
  ])('%j is kept', (cookie) => {
    expect(mapCookie(cookie, replaced, hosts)).toBe(cookie);
  });

  test('a path of / is the one of a route that removes its prefix', () => {
    expect(mapCookie('a=1; Path=/', stripped, hosts)).toBe('a=1; Path=/chat/');
  });
});
