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
    expect(readRequestHead(headOf(lines))).toEqual({
      method: 'GET',
      httpVersion: '1.1',
      target: requestLine.split(' ')[1],
      rawHeaders: fields.flatMap((field) => {
        const colon = field.indexOf(':');
        return [field.slice(0, colon), field.slice(colon + 1).trim()];
      }),
    });
  });

  test.each([
    ['another method', headOf(['POST / HTTP/1.1', ...valid.slice(1)])],
    ['another version', headOf(['GET / HTTP/1.0', ...valid.slice(1)])],
    ['a target that is not a path', headOf(['GET http://a/ HTTP/1.1', ...valid.slice(1)])],
    ['a bare LF', headOf([...valid, 'X: a\nY: b'])],
    ['a folded line', headOf([...valid, 'X: a', ' b'])],
    ['a space before a colon', headOf([...valid, 'X : a'])],
    ['a line without a colon', headOf([...valid, 'X'])],
    ['NUL', headOf([...valid, 'X: \0'])],
    ['a tab', headOf([...valid, 'X:\ta'])],
    ['a length', headOf([...valid, 'Content-Length: 0'])],
    ['a coding', headOf([...valid, 'Transfer-Encoding: chunked'])],
    ['an expectation', headOf([...valid, 'Expect: 100-continue'])],
    ['a second upgrade', headOf([...valid, 'Upgrade: h2c'])],
    ['no upgrade', headOf(valid.filter((line) => !line.startsWith('Upgrade')))],
    ['no Connection', headOf(valid.filter((line) => !line.startsWith('Connection')))],
    ['an empty line before the request', headOf(['', ...valid])],
    ['an empty head', Buffer.alloc(0)],
    ['no empty line at the end', Buffer.from(valid.join('\r\n'))],
  ])('readRequestHead leaves a request with %s to the parser of Node', (_name, head) => {
    expect(readRequestHead(headOf(valid))).not.toBeNull();
    expect(readRequestHead(head)).toBeNull();
  });
});
