import { expect, test } from 'vitest';
import { readStreamHead } from './stream-head.js';

const connect = [':method', 'CONNECT', ':protocol', 'websocket', ':scheme', 'https', ':path', '/a?b'];
const get = [':method', 'GET', ':scheme', 'https', ':path', '/a?b', ':authority', 'a.test'];

test('an extended CONNECT becomes an upgrade request with a key that is made here', () => {
  const read = readStreamHead([
    ...connect,
    ':authority',
    'a.test:8443',
    'cookie',
    'a=1',
    'sec-websocket-key',
    'x',
    'cookie',
    'b=2',
  ]);
  expect(read).toMatchObject({
    kind: 'webSocket',
    head: { method: 'GET', httpVersion: '1.1', target: '/a?b' },
  });
  const rawHeaders = 'head' in read ? read.head.rawHeaders : [];
  const names = rawHeaders.filter((_text, index) => index % 2 === 0);
  expect(names).toEqual(['Host', 'Upgrade', 'Connection', 'Sec-WebSocket-Key', 'cookie']);
  expect(rawHeaders[1]).toBe('a.test:8443');
  expect(rawHeaders[7]).toMatch(/^[A-Za-z0-9+/]{22}==$/);
  expect(rawHeaders.at(-1)).toBe('a=1; b=2');
});

test('another method becomes an ordinary request', () => {
  expect(readStreamHead([...get, 'host', 'A.TEST', 'te', 'trailers', 'accept', '*/*'])).toEqual({
    kind: 'request',
    head: {
      method: 'GET',
      httpVersion: '2',
      target: '/a?b',
      rawHeaders: ['Host', 'a.test', 'te', 'trailers', 'accept', '*/*'],
    },
  });
});

test('a client may send Host in place of :authority', () => {
  expect(readStreamHead([...get.slice(0, 6), 'host', 'b.test'])).toMatchObject({
    head: { rawHeaders: ['Host', 'b.test'] },
  });
});

test.each([
  ['a field of the connection', [...get, 'connection', 'x-own']],
  ['keep-alive', [...get, 'keep-alive', '1']],
  ['proxy-connection', [...get, 'proxy-connection', 'close']],
  ['a transfer coding', [...get, 'transfer-encoding', 'chunked']],
  ['an upgrade', [...get, 'upgrade', 'websocket']],
  ['te with more than trailers', [...get, 'te', 'trailers, gzip']],
  ['a name with a capital letter', [...get, 'X-Own', '1']],
  ['a pseudo-field twice', [...get, ':path', '/b']],
  ['an unknown pseudo-field', [...get, ':status', '200']],
  ['another host than :authority', [...get, 'host', 'b.test']],
  ['two hosts', [...get, 'host', 'a.test', 'host', 'a.test']],
  ['no path', get.slice(0, 4)],
  ['an empty path', [':method', 'GET', ':scheme', 'https', ':path', '']],
  ['another scheme', [':method', 'GET', ':scheme', 'http', ':path', '/']],
  ['a protocol without CONNECT', [...get, ':protocol', 'websocket']],
  ['a protocol that is no token', [...connect.slice(0, 2), ':protocol', 'websocket, x', ...connect.slice(4)]],
  ['a CONNECT with a path and no protocol', [':method', 'CONNECT', ':path', '/', ':authority', 'a.test:1']],
])('a request with %s is malformed', (_name, rawHeaders) => {
  expect(readStreamHead(rawHeaders)).toEqual({ kind: 'malformed' });
});
