import { expect, test } from 'vitest';
import { matchKey } from './route-match.js';
import { routeCreateSchema } from './route.js';

const upstreams = [{ url: 'ws://10.0.0.5:9000' }];

function problemsOf(path: string, others: object = {}): { field: string; message: string }[] {
  const match = { path, pathType: 'template' };
  const result = routeCreateSchema.safeParse({ match, upstreams, ...others });
  return (result.error?.issues ?? []).map(({ path: field, message }) => ({
    field: field.join('.'),
    message,
  }));
}

test.each([
  '/rooms/:room',
  '/rooms/:room/messages/:id',
  '/:tenant_2',
  '/rooms/:room/',
  '/@me;v=1//x/:room/caf%C3%A9/.well-known',
])('%s is a template', (path) => {
  expect(problemsOf(path)).toEqual([]);
});

test.each([
  ['/rooms', 'a template needs a parameter'],
  ['/rooms/x:room', 'a template needs a parameter'],
  ['/rooms/:', '":" is not a parameter'],
  ['/rooms/:Room', '":Room" is not a parameter'],
  ['/rooms/:room.json', '":room.json" is not a parameter'],
  [`/:${'a'.repeat(65)}`, 'is not a parameter'],
  ['/:a/:a', 'the parameter "a" is used twice'],
  ['/:host', '"host" is a variable of every route'],
  ['/:room/@me', 'after a parameter may have only'],
  ['/:room/%40me', 'after a parameter may have only'],
  ['/:room/a;b', 'after a parameter may have only'],
  ['/:room//x', 'after a parameter may have only'],
  [`/${Array.from({ length: 17 }, (_, index) => `:p${index}`).join('/')}`, 'at most 16 parameters'],
])('%s is refused: %s', (path, message) => {
  expect(problemsOf(path)).toMatchObject([
    { field: 'match.path', message: expect.stringContaining(message) as unknown },
  ]);
});

test('a template with encodedSlash "pass" is refused', () => {
  const match = { path: '/rooms/:room', pathType: 'template', encodedSlash: 'pass' };
  expect(problemsOf('', { match })[0]?.field).toBe('match.encodedSlash');
});

test('header fields and the replacement may have the parameters of the path, and no others', () => {
  const set = { 'X-Room': '$room@$host' };
  const fields = {
    requestHeaders: { set },
    responseHeaders: { set },
    rewrite: { replacePrefix: '/v2/$room' },
  };
  expect(problemsOf('/rooms/:room', fields)).toEqual([]);
  expect(problemsOf('/rooms/:id', fields).map(({ field }) => field)).toEqual([
    'rewrite.replacePrefix',
    'requestHeaders.set.X-Room',
    'responseHeaders.set.X-Room',
  ]);
  expect(problemsOf('/rooms/:room', { rewrite: { replacePrefix: '/v2/$host' } })).toMatchObject([
    { message: 'the variable "$host" is unknown; expected one of $room' },
  ]);
});

test('a dollar in the replacement of a prefix is a dollar', () => {
  const route = { match: { path: '/rooms' }, upstreams, rewrite: { replacePrefix: '/$room' } };
  expect(routeCreateSchema.safeParse(route).success).toBe(true);
});

test('two templates have the same key if they match the same paths', () => {
  const keyOf = (path: string, pathType: 'template' | 'prefix' = 'template') =>
    matchKey({ host: 'a.test', path, pathType, headers: null, query: null });
  expect(keyOf('/rooms/:room/x')).toBe(keyOf('/rooms/:id/x'));
  expect(keyOf('/rooms/:room')).not.toBe(keyOf('/rooms/:room/'));
  expect(keyOf('/rooms/:room')).not.toBe(keyOf('/rooms/:room', 'prefix'));
});
