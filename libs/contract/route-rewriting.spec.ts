import { expect, test } from 'vitest';
import { routeCreateSchema } from './route.js';

const route = { match: { path: '/' }, upstreams: [{ url: 'ws://10.0.0.5:9000' }] };

test.each([
  ['requestHeaders.set.X-A', { ...route, requestHeaders: { set: { 'X-A': '$unknown' } } }],
  ['requestHeaders.set.X-A', { ...route, requestHeaders: { set: { 'X-A': 'costs 5$' } } }],
  ['responseHeaders.set.X-A', { ...route, responseHeaders: { set: { 'X-A': '$Host' } } }],
  ['responseHeaders.set.Alt-Svc', { ...route, responseHeaders: { set: { 'Alt-Svc': 'h2=":1"' } } }],
  ['responseHeaders.set.Content-Length', { ...route, responseHeaders: { set: { 'Content-Length': '5' } } }],
  [
    'responseHeaders.set.Sec-WebSocket-Accept',
    { ...route, responseHeaders: { set: { 'Sec-WebSocket-Accept': 'x' } } },
  ],
  ['responseHeaders.remove.1', { ...route, responseHeaders: { remove: ['X-A', 'x-a'] } }],
  ['maintenance.connections', { ...route, maintenance: { connections: 'close' } }],
  ['maintenance.retryAfterSeconds', { ...route, maintenance: { retryAfterSeconds: 86_401 } }],
  ['rewrite.redirects', { ...route, rewrite: { redirects: true } }],
  ['rewrite.cookies', { ...route, rewrite: { cookies: 'strip' } }],
  ['rewrite.replacePrefix', { ...route, rewrite: { replacePrefix: '/a/../b' } }],
  ['rewrite.replacePrefix', { ...route, rewrite: { stripPrefix: true, replacePrefix: '/a' } }],
])('a route is refused for its field %s', (field, body) => {
  const result = routeCreateSchema.safeParse(body);
  expect(result.error?.issues.map(({ path }) => path.join('.'))).toEqual([field]);
});
