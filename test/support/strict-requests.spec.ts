import { expect, test } from 'vitest';
import { readStrictly } from './strict-requests.js';

const post = 'POST /a HTTP/1.1\r\nHost: a\r\n';

test('requests are read one after the other, with their bodies and trailers', () => {
  const { requests, rest } = readStrictly(
    `${post}Content-Length: 2\r\n\r\nhi${post}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX: y\r\n\r\nGET /`,
  );
  expect(requests.map(({ body, trailers }) => [body, trailers])).toEqual([
    ['hi', []],
    ['hi', [['X', 'y']]],
  ]);
  expect(rest).toBe('GET /');
});

test.each([
  ['both lengths', 'Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['two lengths', 'Content-Length: 0\r\nContent-Length: 0\r\n\r\n'],
  ['a signed length', 'Content-Length: +1\r\n\r\na'],
  ['another coding', 'Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
  ['a chunk extension', 'Transfer-Encoding: chunked\r\n\r\n0;a\r\n\r\n'],
  ['a bare LF', 'A: b\nC: d\r\n\r\n'],
  ['a folded field', 'A: b\r\n c\r\n\r\n'],
  ['a space before a colon', 'A : b\r\n\r\n'],
  ['two hosts', 'Host: a\r\n\r\n'],
])('%s is invalid', (_name, rest) => {
  expect(() => readStrictly(post + rest)).toThrow('invalid');
});

// HAProxy forwards a request in the version in which it was received, and the name of a coding as it was
// written.
test('what a peer may forward is read like the strict form, if it is tolerated', () => {
  const forms = [
    'POST /a HTTP/1.0\r\nHost: a\r\nContent-Length: 0\r\n\r\n',
    `${post}Transfer-Encoding: Chunked\r\n\r\n0\r\n\r\n`,
  ];
  for (const form of forms) {
    expect(() => readStrictly(form)).toThrow('invalid');
    const { requests } = readStrictly(form, ['http10', 'codingInCapitals']);
    expect(requests.map(({ method, target, body }) => [method, target, body])).toEqual([['POST', '/a', '']]);
  }
});
