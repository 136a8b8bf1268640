import { describe, expect, test } from 'vitest';
import { readRequestHead } from './request-head.js';

const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
const version = 'Sec-WebSocket-Version: 13';
const valid = ['GET / HTTP/1.1', 'Host: a', 'Upgrade: websocket', 'Connection: Upgrade', key, version];

const headOf = (lines: readonly string[]): Buffer => Buffer.from([...lines, '', ''].join('\r\n'), 'latin1');

describe('readRequestHead', () => {
  // The requests have the field order and the letter case of each client.
  test.each([
    [
      'Chrome',
      [
        'GET /socket?room=1 HTTP/1.1',
        'Host: localhost:8080',
        'Connection: Upgrade',
        'Pragma: no-cache',
        'Cache-Control: no-cache',
        'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
        'Upgrade: websocket',
        'Origin: https://acme.example',
        version,
        'Accept-Encoding: gzip, deflate, br, zstd',
        'Accept-Language: en-US,en;q=0.9',
        'Cookie: a=b; c="d"',
        key,
        'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
        'Sec-WebSocket-Protocol: chat, sluice.key.slc_x',
      ],
    ],
    [
      'Firefox',
      [
        'GET /socket HTTP/1.1',
        'Host: localhost:8080',
        'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0',
        'Accept: */*',
        'Accept-Language: en-US,en;q=0.5',
        'Accept-Encoding: gzip, deflate, br, zstd',
        version,
        'Origin: https://acme.example',
        'Sec-WebSocket-Extensions: permessage-deflate',
        key,
        'DNT: 1',
        'Connection: keep-alive, Upgrade',
        'Sec-Fetch-Dest: empty',
        'Sec-Fetch-Mode: websocket',
        'Sec-Fetch-Site: cross-site',
        'Pragma: no-cache',
        'Cache-Control: no-cache',
        'Upgrade: websocket',
      ],
    ],
    [
      'ws',
      [
        'GET / HTTP/1.1',
        version,
        key,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
        'Host: localhost:8080',
      ],
    ],
    [
      'curl',
      [
        'GET /chat HTTP/1.1',
        'Host: localhost:8080',
        'User-Agent: curl/8.11.0',
        'Accept: */*',
        'Upgrade: websocket',
        version,
        key,
        'Connection: Upgrade',
      ],
    ],
    [
      'websocat',
      [
        'GET /chat HTTP/1.1',
        'Host: localhost:8080',
        'Connection: Upgrade',
        'Upgrade: websocket',
        version,
        key,
      ],
    ],
    [
      'websockets of Python',
      [
        'GET / HTTP/1.1',
        'Host: localhost:8080',
        'Upgrade: websocket',
        'Connection: Upgrade',
        key,
        version,
        'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
        'User-Agent: Python/3.12 websockets/14.1',
      ],
    ],
    [
      'gorilla behind a proxy',
      [
        'GET /a/b;c=d?e=%2F HTTP/1.1',
        'Host: [::1]:8080',
        'X-Forwarded-For: 192.0.2.1, 10.0.0.1',
        'User-Agent: Go-http-client/1.1',
        'Connection: upgrade',
        key,
        version,
        'Upgrade: WebSocket',
        'X-Empty:',
      ],
    ],
  ])('readRequestHead reads the request of %s', (_name, lines) => {
    const [requestLine = '', ...fields] = lines;
    const upgrade = fields.filter((field) => field.startsWith('Upgrade')).map((field) => field.slice(9));
    expect(readRequestHead(headOf(lines))).toEqual({
      head: {
        method: 'GET',
        httpVersion: '1.1',
        target: requestLine.split(' ')[1],
        rawHeaders: fields.flatMap((field) => {
          const colon = field.indexOf(':');
          return [field.slice(0, colon), field.slice(colon + 1).trim()];
        }),
      },
      upgrade,
      isPersistent: true,
      expect: undefined,
      body: { ok: true, body: { kind: 'none' } },
    });
  });

  test.each<[lines: string[], read: object]>([
    [['GET / HTTP/1.1', 'Connection: close'], { isPersistent: false }],
    [['GET / HTTP/1.1', 'Connection: keep-alive, CLOSE'], { isPersistent: false }],
    [['GET / HTTP/1.0', 'Connection: keep-alive'], { isPersistent: false }],
    [['GET / HTTP/1.1', 'Connection: closed'], { isPersistent: true }],
    [['GET / HTTP/1.1', 'Upgrade: websocket'], { upgrade: null }],
    [['GET / HTTP/1.1', 'Connection: upgrade'], { upgrade: null }],
    [
      ['POST / HTTP/1.1', 'Connection: upgrade', 'Upgrade: h2c', 'Upgrade: websocket'],
      { upgrade: ['h2c', 'websocket'] },
    ],
    [['GET / HTTP/1.1', 'Expect: 100-continue', 'Expect: x'], { expect: '100-continue' }],
    [['PUT / HTTP/1.1', 'Content-Length: 5'], { body: { ok: true, body: { kind: 'length', bytes: 5 } } }],
    [
      ['M-SEARCH * HTTP/1.1', 'Transfer-Encoding: Chunked'],
      { body: { ok: true, body: { kind: 'chunked' } } },
    ],
    [['GET http://a/ HTTP/1.1', 'X:\ta \t'], { head: { target: 'http://a/', rawHeaders: ['X', 'a'] } }],
    [['GET / HTTP/1.1', 'Transfer-Encoding: gzip, chunked'], { isPersistent: false, body: { ok: false } }],
    [['GET / HTTP/1.0', 'Transfer-Encoding: chunked'], { isPersistent: false, body: { ok: false } }],
  ])('readRequestHead reads what a connection needs of %j', (lines, read) => {
    expect(readRequestHead(headOf(lines))).toMatchObject(read);
  });

  test.each([
    ['an unknown method', headOf(['BREW / HTTP/1.1', ...valid.slice(1)])],
    ['a method in small letters', headOf(['get / HTTP/1.1', ...valid.slice(1)])],
    ['CONNECT', headOf(['CONNECT a:80 HTTP/1.1', ...valid.slice(1)])],
    ['HTTP/2.0', headOf(['GET / HTTP/2.0', ...valid.slice(1)])],
    ['HTTP/1.2', headOf(['GET / HTTP/1.2', ...valid.slice(1)])],
    ['HTTP/0.9', headOf(['GET /'])],
    ['two spaces in its first line', headOf(['GET  / HTTP/1.1', ...valid.slice(1)])],
    ['a tab in its first line', headOf(['GET\t/ HTTP/1.1', ...valid.slice(1)])],
    ['a space behind its version', headOf(['GET / HTTP/1.1 ', ...valid.slice(1)])],
    ['two lengths', headOf([...valid, 'Content-Length: 0', 'Content-Length: 0'])],
    ['a length with a leading zero', headOf([...valid, 'Content-Length: 00'])],
    ['a list of lengths', headOf([...valid, 'Content-Length: 1, 1'])],
    ['a length and a coding', headOf([...valid, 'Content-Length: 5', 'Transfer-Encoding: chunked'])],
    ['a bare LF', headOf([...valid, 'X: a\nY: b'])],
    ['a bare CR', headOf([...valid, 'X: a\rb'])],
    ['a folded line', headOf([...valid, 'X: a', ' b'])],
    ['a space before a colon', headOf([...valid, 'X : a'])],
    ['a line without a colon', headOf([...valid, 'X'])],
    ['a line without a name', headOf([...valid, ': a'])],
    ['NUL', headOf([...valid, 'X: \0'])],
    ['DEL', headOf([...valid, 'X: \x7f'])],
    ['an empty line before the request', headOf(['', ...valid])],
    ['an empty head', Buffer.alloc(0)],
    ['no empty line at the end', Buffer.from(valid.join('\r\n'))],
  ])('readRequestHead refuses a request with %s', (_name, head) => {
    expect(readRequestHead(headOf(valid))).not.toBeNull();
    expect(readRequestHead(head)).toBeNull();
  });
});
