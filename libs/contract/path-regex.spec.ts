import { expect, test } from 'vitest';
import { PathRegex } from './path-regex.js';
import { routeCreateSchema } from './route.js';

const upstreams = [{ url: 'ws://10.0.0.5:9000' }];

function problemsOf(path: string, others: object = {}): { field: string; message: string }[] {
  const result = routeCreateSchema.safeParse({ match: { path, pathType: 'regex' }, upstreams, ...others });
  return (result.error?.issues ?? []).map(({ path: field, message }) => ({
    field: field.join('.'),
    message,
  }));
}

function parsed(pattern: string): PathRegex {
  const result = PathRegex.parse(pattern);
  if (!result.ok) throw new Error(result.reason);
  return result.regex;
}

test.each([
  ['ws/.*', 'starts with "/"'],
  ['/a(', 'missing closing ) at character 1: "/a("'],
  ['/ab[c', 'missing closing ] at character 4: "[c"'],
  ['/a**', 'invalid nested repetition operator at character 3: "**"'],
  ['/(?=a)', 'at character 2: "(?="'],
  ['/(a)\\1', 'invalid escape sequence at character 5: "\\1"'],
  ['/a{1001}', 'invalid repeat count at character 3'],
  ['/(?:a{30}){20}', 'instructions; at most 96'],
  ['/a b', 'character 3 is none of a path'],
  ['/café', 'character 5 is none of a path'],
  [`/${'a'.repeat(256)}`, 'at most 256 characters'],
  ['/(?P<Room>a)', 'the group "Room" is not a parameter'],
  ['/(?P<host>a)', '"host" is a variable of every route'],
  ['/(?P<a>a)(?P<a>b)', 'duplicate'],
])('%s is refused: %s', (pattern, message) => {
  expect(problemsOf(pattern)).toMatchObject([
    { field: 'match.path', message: expect.stringContaining(message) as unknown },
  ]);
});

test('a pattern matches whole paths only', () => {
  const regex = parsed('/ws/[a-z]+|/chat');
  expect(['/ws/a', '/chat'].every((path) => regex.matches(path))).toBe(true);
  for (const path of ['/ws/a1', '/x/ws/a', '/chat/', '/chat\n']) expect(regex.matches(path)).toBe(false);
});

test('named groups are parameters; one that takes no part in the match is empty', () => {
  const regex = parsed('/rooms/(?P<room>[^/]+)(?:/(?<part>[0-9]+))?');
  expect(regex.parameters).toEqual(['room', 'part']);
  expect([...regex.parametersOf('/rooms/a/7')]).toEqual([
    ['room', 'a'],
    ['part', '7'],
  ]);
  expect(regex.parametersOf('/rooms/a').get('part')).toBe('');
});

test.each([
  ['/ws/.*', '/ws/'],
  ['/ab?c', '/a'],
  ['/a|/b', '/'],
  ['/a|.*', '/'],
  ['/[(]|x', '/'],
  ['/\\.well-known/x+', '/.well-known/x'],
  ['/(?i)chat', '/'],
])('the text at the start of %s is %s', (pattern, start) => {
  expect(parsed(pattern).start).toBe(start);
});

test('header fields and the replacement may have the groups of the pattern, and no others', () => {
  const set = { 'X-Room': '$room' };
  const fields = { requestHeaders: { set }, rewrite: { replacePrefix: '/v2/$room' } };
  expect(problemsOf('/rooms/(?P<room>[a-z]+)', fields)).toEqual([]);
  expect(problemsOf('/rooms/([a-z]+)', fields).map(({ field }) => field)).toEqual([
    'rewrite.replacePrefix',
    'requestHeaders.set.X-Room',
  ]);
});
