import { expect, test } from 'vitest';
import { newId, publishedRouteSchema, type PublishedRoute } from '#libs/contract';
import { stickyCookieFor } from './sticky-cookie.js';

const token = { value: 'V', isKnown: false };

function route(stickyCookie: object, path = '/chat', balancing = 'sticky'): PublishedRoute {
  return publishedRouteSchema.parse({
    id: newId('route'),
    tenantId: newId('tenant'),
    match: { path },
    upstreams: [{ url: 'ws://a.test' }],
    balancing,
    stickyCookie,
  });
}

function cookie(stickyRoute: PublishedRoute, stickyToken: typeof token | null = token): string | null {
  return stickyCookieFor(stickyRoute, { stickyToken })?.[1] ?? null;
}

test.each([
  [{}, '/chat', 'sluice_upstream=V; Path=/chat; HttpOnly; SameSite=Lax'],
  [
    { maxAgeSeconds: 60, sameSite: 'strict' },
    '/',
    'sluice_upstream=V; Path=/; Max-Age=60; HttpOnly; SameSite=Strict',
  ],
  [
    { name: '__Host-u', secure: true, sameSite: 'none', partitioned: true },
    '/chat',
    '__Host-u=V; Path=/; HttpOnly; SameSite=None; Secure; Partitioned',
  ],
  [{}, '/a;b', 'sluice_upstream=V; Path=/; HttpOnly; SameSite=Lax'],
])('with %j at %s the cookie is %j', (stickyCookie, path, expected) => {
  expect(cookie(route(stickyCookie, path))).toBe(expected);
});

test('the path for a regular expression is /', () => {
  const prefix = route({});
  const regex = { ...prefix, match: { ...prefix.match, path: '/rooms/[0-9]+', pathType: 'regex' as const } };
  expect(cookie(regex)).toContain('; Path=/;');
});

test.each([
  ['/rooms/:room/chat', '/rooms'],
  ['/:room', '/'],
  ['/rooms/x', '/rooms/x'],
])('the path for the template %s is %s', (path, expected) => {
  const prefix = route({}, path);
  const template = { ...prefix, match: { ...prefix.match, pathType: 'template' as const } };
  expect(cookie(template)).toContain(`; Path=${expected};`);
});

test('a client that has the cookie gets it again only if it expires', () => {
  const known = { ...token, isKnown: true };
  expect(cookie(route({}), known)).toBeNull();
  expect(cookie(route({ maxAgeSeconds: 60 }), known)).toContain('Max-Age=60');
});

test('there is no cookie without a token, nor on a route that is not sticky', () => {
  expect(cookie(route({}), null)).toBeNull();
  expect(cookie(route({}, '/', 'roundRobin'))).toBeNull();
});
