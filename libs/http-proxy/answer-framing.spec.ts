import { expect, test } from 'vitest';
import type { HeaderField } from '#libs/handshake';
import { answerFraming, type AnswerFraming } from './answer-framing.js';

interface Options {
  method?: string;
  statusCode?: number;
  httpVersion?: '1.0' | '1.1';
}

function framingOf(lines: string[], options: Options = {}): AnswerFraming {
  const { method = 'GET', statusCode = 200, httpVersion = '1.1' } = options;
  const headers = lines.map((line): HeaderField => {
    const [name = '', value = ''] = line.split(': ');
    return [name, value];
  });
  return answerFraming({ httpVersion, statusCode, reasonPhrase: '', headers, head: Buffer.alloc(0) }, method);
}

const none = { kind: 'none' };

test.each([
  ['a length', ['content-LENGTH: 12'], {}, { kind: 'length', bytes: 12 }],
  ['the length 0', ['Content-Length: 0'], {}, { kind: 'length', bytes: 0 }],
  ['the chunked coding', ['transfer-encoding: Chunked'], {}, { kind: 'chunked' }],
  ['neither', ['Content-Type: a'], {}, { kind: 'until_close' }],
  ['a length, to HEAD', ['Content-Length: 12'], { method: 'HEAD' }, none],
  ['chunks, to HEAD', ['Transfer-Encoding: chunked'], { method: 'HEAD' }, none],
  ['a length and the status 304', ['Content-Length: 12'], { statusCode: 304 }, none],
  ['neither, and the status 204', [], { statusCode: 204 }, none],
  ['neither, and the status 205', [], { statusCode: 205 }, { kind: 'until_close' }],
] satisfies [string, string[], Options, object][])(
  'an answer with %s is framed so',
  (_name, lines, options, body) => {
    expect(framingOf(lines, options)).toMatchObject({ ok: true, body });
  },
);

test.each([
  ['Content-Length: 3', 'Transfer-Encoding: chunked'],
  ['Content-Length: 3', 'Content-Length: 3'],
  ['Content-Length: 3, 3'],
  ['Content-Length: +3'],
  ['Content-Length: 0x3'],
  ['Content-Length: '],
  ['Content-Length: 1000000000000000'],
  ['Transfer-Encoding: gzip, chunked'],
  ['Transfer-Encoding: gzip', 'Transfer-Encoding: chunked'],
  ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'],
  ['Transfer-Encoding: identity'],
  ['Transfer-Encoding: '],
])('an answer with %s %s is refused, also where it has no body', (...lines) => {
  const all: Options[] = [{}, { method: 'HEAD' }, { statusCode: 204 }, { httpVersion: '1.0' }];
  for (const options of all) expect(framingOf(lines, options).ok).toBe(false);
});

test.each([
  ['Keep-Alive: timeout=2', 1000],
  ['Keep-Alive: max=5, Timeout=60', 4000],
  ['Keep-Alive: timeout=1', 0],
  ['Keep-Alive: timeout=0', 0],
  ['Keep-Alive: 5', 4000],
  ['Connection: keep-alive', 4000],
  ['Connection: Close', 0],
  ['Connection: x, close', 0],
])('after an answer with %s the connection may be idle for %i ms', (line, idleMs) => {
  expect(framingOf([line, 'Content-Length: 1'])).toMatchObject({ idleMs });
});

test('the connection is closed after an answer of HTTP/1.0, and one that ends by the close', () => {
  const lines = ['Connection: keep-alive'];
  expect(framingOf([...lines, 'Content-Length: 1'], { httpVersion: '1.0' })).toMatchObject({ idleMs: 0 });
  expect(framingOf(lines)).toMatchObject({ idleMs: 0 });
});
