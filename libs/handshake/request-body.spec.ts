import { expect, test } from 'vitest';
import type { HeaderField } from './header-field.js';
import { readRequestBody, type RequestBody } from './request-body.js';

function read(version: string, fields: string[], { method = 'POST', hasEnded = false } = {}) {
  const headers = fields.map((field): HeaderField => {
    const [name = '', value = ''] = field.split(': ');
    return [name, value];
  });
  return readRequestBody({ method, httpVersion: version }, headers, hasEnded);
}

test.each<[string, string[], RequestBody]>([
  ['1.1', [], { kind: 'none' }],
  ['1.0', [], { kind: 'none' }],
  ['1.1', ['Content-Length: 0'], { kind: 'length', bytes: 0 }],
  ['1.0', ['content-length: 10'], { kind: 'length', bytes: 10 }],
  ['1.1', ['Content-Length: 999999999999999'], { kind: 'length', bytes: 999_999_999_999_999 }],
  ['1.1', ['Transfer-Encoding: CHUNKED'], { kind: 'chunked' }],
  ['2', [], { kind: 'chunked' }],
  ['2', ['content-length: 10'], { kind: 'length', bytes: 10 }],
])('in HTTP/%s a request with %j has the body %j', (version, fields, body) => {
  expect(read(version, fields)).toEqual({ ok: true, body });
});

test('a request of HTTP/2 whose head ends its stream has no body', () => {
  expect(read('2', [], { hasEnded: true })).toEqual({ ok: true, body: { kind: 'none' } });
});

test.each<[string, string[]]>([
  ['1.1', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
  ['1.1', ['Content-Length: 5', 'Content-Length: 5']],
  ['1.1', ['Content-Length: 5', 'Content-Length: 6']],
  ['1.1', ['Content-Length: 05']],
  ['1.1', ['Content-Length: +5']],
  ['1.1', ['Content-Length: 5x']],
  ['1.1', ['Content-Length: 0x5']],
  ['1.1', ['Content-Length: ']],
  ['1.1', ['Content-Length: 1000000000000000']],
  ['1.1', ['Transfer-Encoding: gzip, chunked']],
  ['1.1', ['Transfer-Encoding: identity']],
  ['1.1', ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked']],
  ['1.0', ['Transfer-Encoding: chunked']],
  ['0.9', []],
  ['1.2', []],
  ['3', []],
])('in HTTP/%s a request with %j is refused, and the answer says why', (version, fields) => {
  const detail: unknown = expect.stringMatching(/\w/);
  expect(read(version, fields)).toEqual({ ok: false, code: 'bad_handshake', detail });
});

test('TRACE is refused, and the answer says why', () => {
  const detail: unknown = expect.stringContaining('TRACE');
  expect(read('1.1', [], { method: 'TRACE' })).toEqual({ ok: false, code: 'method_not_allowed', detail });
});
