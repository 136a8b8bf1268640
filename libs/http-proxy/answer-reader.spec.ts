import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnswerReader } from './answer-reader.js';

interface Read {
  events: string[];
  body: string;
}

/** Reads a text in parts of the given length, and then the end of the connection. */
function read(text: string, partBytes = Infinity, method = 'GET'): Read {
  const result: Read = { events: [], body: '' };
  const { events } = result;
  const reader = new AnswerReader(method, {
    onInterim: ({ statusCode, headers }) => events.push(`interim ${statusCode} ${headers.join()}`),
    onHead: ({ statusCode, reasonPhrase }) => events.push(`head ${statusCode} ${reasonPhrase}`),
    onBody: (bytes) => (result.body += bytes.toString('latin1')),
    onEnd: (trailers, hasMore) => events.push(`end ${trailers.join()}${hasMore ? ', and more' : ''}`),
    onMalformed: (detail) => events.push(`malformed: ${detail}`),
  });
  for (let from = 0; from < text.length; from += partBytes) {
    reader.read(Buffer.from(text.slice(from, from + partBytes), 'latin1'));
  }
  events.push(reader.end() ? 'ended by the close' : 'closed');
  return result;
}

const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

test.each<[string, string[], string]>([
  ['HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc', ['head 200 OK', 'end ', 'closed'], 'abc'],
  ['HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n', ['head 200 ', 'end ', 'closed'], ''],
  ['HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab', ['head 200 OK', 'closed'], 'ab'],
  ['HTTP/1.0 200 OK\r\n\r\nabc', ['head 200 OK', 'end ', 'ended by the close'], 'abc'],
  [`${chunked}1\r\na\r\n1\r\nb\r\n0\r\nX: 1\r\n\r\n`, ['head 200 OK', 'end X,1', 'closed'], 'ab'],
  [`${chunked}1\r\na\r\n`, ['head 200 OK', 'closed'], 'a'],
  [`${chunked}1\r\nab\r\n`, ['head 200 OK', 'malformed: a chunk does not end in CRLF', 'closed'], 'a'],
  [
    'HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 100\r\n\r\nHTTP/1.1 204 None\r\n\r\n',
    ['interim 103 Link,a', 'interim 100 ', 'head 204 None', 'end ', 'closed'],
    '',
  ],
  ['HTTP/1.1 101 a\r\n\r\n', ['malformed: the upstream switched protocols', 'closed'], ''],
  ['<html>', ['malformed: the answer has a malformed status line', 'closed'], ''],
])('%j is read, however it is split', (text, events, body) => {
  for (let partBytes = 1; partBytes <= text.length; partBytes += 1) {
    expect(read(text, partBytes)).toEqual({ events, body });
  }
});

test('bytes behind an answer are reported if they came with it, and never read', () => {
  const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc';
  expect(read(answer + answer)).toEqual({ events: ['head 200 OK', 'end , and more', 'closed'], body: 'abc' });
  expect(read(answer, 1, 'HEAD').events).toEqual(['head 200 OK', 'end ', 'closed']);
});

test('17 interim answers are too many', () => {
  const interim = 'HTTP/1.1 103 a\r\n\r\n';
  expect(read(`${interim.repeat(16)}HTTP/1.1 204 a\r\n\r\n`).events).toContain('head 204 a');
  expect(read(`${interim.repeat(17)}HTTP/1.1 204 a\r\n\r\n`).events.at(-2)).toMatch(/^malformed/);
});

test('what is read does not depend on how the bytes are split', () => {
  const heads = fc.constantFrom(
    ...[
      'HTTP/1.1 200 OK\r\n',
      'HTTP/1.0 200 OK\r\n',
      'HTTP/1.1 103 a\r\n\r\nHTTP/1.1 200 OK\r\n',
      'HTTP/1.1 304\r\n',
    ],
  );
  const fields = fc.constantFrom(
    'Content-Length: 5\r\n',
    'Transfer-Encoding: chunked\r\n',
    'X: a\r\n',
    'X: a\n',
  );
  const bodies = fc.constantFrom(
    'hello',
    '5\r\nhello\r\n0\r\n\r\n',
    '2\r\nhe\r\n3\r\nllo\r\n0\r\nX: a\r\n\r\n',
    '5\nhello',
  );
  const answers = fc
    .tuple(heads, fc.array(fields, { maxLength: 2 }), bodies)
    .map(([head, lines, body]) => `${head}${lines.join('')}\r\n${body}`);
  const withoutMore = ({ events, body }: Read): Read => ({
    events: events.map((event) => event.replace(', and more', '')),
    body,
  });
  fc.assert(
    fc.property(answers, fc.integer({ min: 1, max: 60 }), (text, partBytes) => {
      expect(withoutMore(read(text, partBytes))).toEqual(withoutMore(read(text)));
    }),
    { numRuns: 500 },
  );
});
