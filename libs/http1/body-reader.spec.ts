import { request as sendRequest } from 'node:http';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BodyReader, type BodyFraming } from './body-reader.js';

interface Read {
  body: string;
  trailers: readonly (readonly [string, string])[];
  state: 'more' | 'ended' | 'malformed';
  /** The bytes after the body. */
  rest: string;
}

const chunked: BodyFraming = { kind: 'chunked' };

/** Reads a text in parts of the given length, the last one possibly shorter. */
function read(framing: BodyFraming, text: string, partBytes = Infinity): Read {
  const reader = new BodyReader(framing);
  let body = '';
  let rest = '';
  let calls = 0;
  const sink = {
    onBody: (bytes: Buffer): void => {
      calls += 1;
      body += bytes.toString('latin1');
    },
  };
  for (let from = 0; from < text.length; from += partBytes) {
    const part = Buffer.from(text.slice(from, from + partBytes), 'latin1');
    calls = 0;
    const end = reader.hasEnded || reader.problem !== null ? 0 : reader.read(part, 0, sink);
    if (calls > 1) throw new Error('the sink was called more than once');
    if (reader.hasEnded) rest += part.toString('latin1', end);
  }
  const state = reader.problem !== null ? 'malformed' : reader.hasEnded ? 'ended' : 'more';
  return { body, trailers: reader.trailers, state, rest };
}

function readHoweverSplit(framing: BodyFraming, text: string): Read {
  const whole = read(framing, text);
  const parts = text.length > 1000 ? [1, 1000] : Array.from({ length: 30 }, (_, index) => index + 1);
  const reads = parts.map((partBytes) => read(framing, text, partBytes));
  expect(reads).toEqual(parts.map(() => whole));
  return whole;
}

test.each<[BodyFraming, string, Partial<Read>]>([
  [{ kind: 'none' }, 'GET', { body: '', state: 'ended', rest: 'GET' }],
  [{ kind: 'length', bytes: 0 }, 'GET', { body: '', state: 'ended', rest: 'GET' }],
  [{ kind: 'length', bytes: 3 }, 'ab', { body: 'ab', state: 'more' }],
  [{ kind: 'length', bytes: 3 }, 'abcGET', { body: 'abc', state: 'ended', rest: 'GET' }],
  [{ kind: 'until_close' }, 'abc', { body: 'abc', state: 'more' }],
])('a body framed as %o is read from %j', (framing, text, expected) => {
  expect(readHoweverSplit(framing, text)).toMatchObject(expected);
});

test.each<[BodyFraming, string, boolean]>([
  [{ kind: 'until_close' }, 'a', true],
  [{ kind: 'length', bytes: 2 }, 'a', false],
  [{ kind: 'length', bytes: 2 }, 'ab', true],
  [chunked, '1\r\na\r\n', false],
  [chunked, '1\r\na\r\n0\r\n\r\n', true],
])('whether a body framed as %o may end after %j by a close: %s', (framing, text, mayEnd) => {
  const reader = new BodyReader(framing);
  reader.read(Buffer.from(text), 0, { onBody: () => undefined });
  expect(reader.mayEndByClose).toBe(mayEnd);
});

test.each<[string, Partial<Read>]>([
  ['0\r\n\r\nGET', { body: '', state: 'ended', rest: 'GET' }],
  ['3\r\nabc\r\n0A\r\n0123456789\r\n000\r\n\r\nGET', { body: 'abc0123456789', state: 'ended', rest: 'GET' }],
  ['3\r\n\r\n0\r\n0\r\n\r\n', { body: '\r\n0', state: 'ended' }],
  ['3;a;b=c;d="e;\\"f"\r\nabc\r\n0;x\r\n\r\n', { body: 'abc', state: 'ended' }],
  [
    '1\r\na\r\n0\r\nX-Sum: 1 \r\nx-b:\r\n\r\n',
    {
      state: 'ended',
      trailers: [
        ['X-Sum', '1'],
        ['x-b', ''],
      ],
    },
  ],
  ['3\r\nab', { body: 'ab', state: 'more' }],
  ['fffffffffffff\r\na', { body: 'a', state: 'more' }],
])('chunks are decoded: %j', (text, expected) => {
  expect(readHoweverSplit(chunked, text)).toMatchObject(expected);
});

describe('a chunked body is malformed', () => {
  test.each([
    ...['\r\n', ' 3\r\nabc', '3 \r\nabc', '+3\r\nabc', '-3\r\nabc', '0x3\r\nabc', 'g\r\n', '3,\r\nabc'],
    ...[
      '3\nabc',
      '3\r\r\nabc',
      '3\rabc',
      '3\r\nabc\n',
      '3\r\nabcd\r\n',
      '3\r\nabc\r0\r\n',
      '3\r\nabc0\r\n\r\n',
    ],
    ...['10000000000000003\r\n', '00000000000000003\r\n', 'ffffffffffffffff\r\n', '20000000000000\r\n'],
    ...['3;\r\nabc', '3; a\r\nabc', '3 ;a\r\nabc', '3;a \r\nabc', '3;a=\r\nabc', '3;a="b\r\nabc', '3;a\nabc'],
    ...['3;a\rb\r\nabc', '3;a="\0"\r\nabc'],
    ...[
      '0\r\nX\r\n\r\n',
      '0\r\nX : a\r\n\r\n',
      '0\r\n X: a\r\n\r\n',
      '0\r\nX: a\r\n b\r\n\r\n',
      '0\r\nX: a\n\r\n',
    ],
    ...[
      '0\r\nX: \0\r\n\r\n',
      '0\r\nX: a\rb\r\n\r\n',
      '0\r\n: a\r\n\r\n',
      '0\r\n\n',
      '0\n\r\n',
      '0\r\nX: \x7f\r\n\r\n',
    ],
    ...['0\r\nContent-Length: 5\r\n\r\n', '0\r\ntransfer-encoding: chunked\r\n\r\n'],
  ])('%j', (text) => {
    expect(readHoweverSplit(chunked, text).state).toBe('malformed');
  });
});

test.each([
  ['an extension', `3;${'a'.repeat(20_000)}\r\nabc`],
  ['extensions in all', '1;aaaaaa\r\na\r\n'.repeat(2500)],
  ['a trailer', `0\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`],
  ['trailers in all', `0\r\n${'X: a\r\n'.repeat(3000)}\r\n`],
])('%s of more than 16 KiB are malformed', (_name, text) => {
  expect(readHoweverSplit(chunked, text).state).toBe('malformed');
  expect(
    readHoweverSplit(chunked, text.replace(/(?:a{10}|1;a+\r\na\r\n|X: a\r\n){1000}/, '')).state,
  ).not.toBe('malformed');
});

const chunkTexts = fc.constantFrom(
  ...[
    '3\r\nabc\r\n',
    '3\r\nabc\r\n',
    'A\r\n0123456789\r\n',
    '1;a=b\r\nx\r\n',
    '03\r\n\r\n0\r\n',
    '2;a="b;c"\r\nde\r\n',
  ],
  ...[
    '0\r\n',
    '\r\n',
    '\n',
    '\r',
    'X-Sum: 1\r\n',
    'x',
    ' ',
    ';',
    '\0',
    '0;b\r\n',
    'Content-Length: 1\r\n',
    'X : a\r\n',
  ],
);
const mostlyValid = fc
  .tuple(
    fc.array(chunkTexts, { maxLength: 6 }),
    fc.constantFrom('0\r\n\r\n', '0\r\nT: t\r\n\r\n', '0\r\n\r\nrest'),
  )
  .map(([chunks, end]) => chunks.join('') + end);

test('what is read does not depend on how the bytes are split', () => {
  fc.assert(
    fc.property(mostlyValid, (text) => void readHoweverSplit(chunked, text)),
    { numRuns: 500 },
  );
});

test("no body is read that Node's parser refuses, or reads as another one", async () => {
  await fc.assert(
    fc.asyncProperty(mostlyValid, async (text) => {
      const own = read(chunked, text);
      if (own.state !== 'ended') return;
      const node = await readByNode(text.slice(0, text.length - own.rest.length));
      expect(node).toEqual({ body: own.body, trailers: own.trailers.flat() });
    }),
    { numRuns: 500 },
  );
});

/** What Node's client reads of an answer with this body; null if it refuses it. */
function readByNode(text: string): Promise<{ body: string; trailers: string[] } | null> {
  const upstream = new Duplex({
    read: () => undefined,
    write: (_bytes, _encoding, done) => {
      done();
      upstream.push(Buffer.from(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${text}`, 'latin1'));
      upstream.push(null);
    },
  });
  return new Promise((resolve) => {
    const sent = sendRequest({ createConnection: () => upstream, insecureHTTPParser: false });
    sent.on('error', () => resolve(null));
    sent.on('response', (answer) => {
      let body = '';
      answer
        .on('error', () => resolve(null))
        .on('data', (bytes: Buffer) => (body += bytes.toString('latin1')));
      answer.on('end', () => resolve({ body, trailers: answer.rawTrailers }));
    });
    sent.end();
  });
}
