import { expect, test } from 'vitest';
import { composeSwitchingProtocols } from './compose-switching-protocols.js';
import type { UpstreamAnswer } from './upstream-answer.js';

const answer: UpstreamAnswer = {
  httpVersion: '1.1',
  statusCode: 101,
  reasonPhrase: 'Whatever',
  headers: [
    ['upgrade', 'WebSocket'],
    ['connection', 'upgrade, X-Hop'],
    ['sec-websocket-ACCEPT', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='],
    ['Content-Length', '0'],
    ['Transfer-Encoding', 'chunked'],
    ['X-Hop', 'x'],
    ['Alt-Svc', 'h3="elsewhere.test:443"'],
    ['Keep-Alive', 'timeout=5'],
    ['Set-Cookie', 'a=b'],
    ['Set-Cookie', 'c=d'],
    ['Sec-WebSocket-Protocol', 'chat'],
  ],
  head: Buffer.alloc(0),
};

test('the 101 for the client has the end-to-end fields of the upstream and new fields for the connection', () => {
  expect(composeSwitchingProtocols(answer)).toBe(
    [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      'sec-websocket-ACCEPT: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
      'Set-Cookie: a=b',
      'Set-Cookie: c=d',
      'Sec-WebSocket-Protocol: chat',
      '',
      '',
    ].join('\r\n'),
  );
});

test('a route changes only the end-to-end fields of the upstream', () => {
  const head = composeSwitchingProtocols(answer, {
    changeHeaders: (headers) => headers.filter(([name]) => name === 'Set-Cookie').slice(1),
  });
  expect(head).toBe(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSet-Cookie: c=d\r\n\r\n',
  );
});

test('a given subprotocol replaces the subprotocol of the upstream', () => {
  const head = composeSwitchingProtocols(answer, { protocol: 'sluice.key.x' });
  expect(head.match(/sec-websocket-protocol: .*/gi)).toEqual(['Sec-WebSocket-Protocol: sluice.key.x']);
  expect(head.match(/set-cookie: .*/gi)).toEqual(['Set-Cookie: a=b', 'Set-Cookie: c=d']);
});
