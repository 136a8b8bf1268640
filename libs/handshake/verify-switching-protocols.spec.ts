import { describe, expect, test } from 'vitest';
import { acceptKey } from './accept-key.js';
import type { UpstreamAnswer } from './upstream-answer.js';
import { verifySwitchingProtocols } from './verify-switching-protocols.js';

const offer = {
  key: 'dGhlIHNhbXBsZSBub25jZQ==',
  offeredProtocols: ['chat', 'v2'],
  offeredExtensions: ['permessage-deflate', 'x-other'],
};
const required: [string, string][] = [
  ['Upgrade', 'websocket'],
  ['Connection', 'Upgrade'],
  ['Sec-WebSocket-Accept', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='],
];

function verdict(headers: [string, string][], statusCode = 101) {
  const answer: UpstreamAnswer = {
    httpVersion: '1.1',
    statusCode,
    reasonPhrase: '',
    headers,
    head: Buffer.alloc(0),
  };
  return verifySwitchingProtocols(answer, offer);
}

function replacing(name: string, ...values: string[]): [string, string][] {
  return [
    ...required.filter(([candidate]) => candidate !== name),
    ...values.map((value): [string, string] => [name, value]),
  ];
}

test('the accept key is the one of RFC 6455 §1.3', () => {
  expect(acceptKey('dGhlIHNhbXBsZSBub25jZQ==')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
});

describe('a right 101 is accepted', () => {
  test.each<[string, [string, string][]]>([
    ['with nothing else', required],
    ['in another letter case', [...replacing('Upgrade', 'WebSocket')]],
    ['with several tokens in Connection', replacing('Connection', 'keep-alive, upgrade')],
    ['with an offered subprotocol', [...required, ['Sec-WebSocket-Protocol', 'v2']]],
    [
      'with offered extensions',
      [...required, ['sec-websocket-extensions', 'Permessage-Deflate; a=1, x-other']],
    ],
    ['with a length of 0', [...required, ['Content-Length', '0']]],
    ['with a length, which means nothing in a 1xx', [...required, ['Content-Length', '3']]],
    ['with a coding, which means nothing in a 1xx', [...required, ['Transfer-Encoding', 'chunked']]],
  ])('%s', (_name, headers) => {
    expect(verdict(headers)).toEqual({ ok: true });
  });
});

describe('a wrong 101 is a bad handshake of the upstream', () => {
  test.each<[string, [string, string][]]>([
    ['no Upgrade', replacing('Upgrade')],
    ['another Upgrade', replacing('Upgrade', 'h2c')],
    ['two Upgrades', replacing('Upgrade', 'websocket', 'websocket')],
    ['no Connection', replacing('Connection')],
    ['a Connection without upgrade', replacing('Connection', 'close')],
    ['no accept', replacing('Sec-WebSocket-Accept')],
    ['a wrong accept', replacing('Sec-WebSocket-Accept', 'dGhlIHNhbXBsZSBub25jZQ==')],
    ['an accept in another letter case', replacing('Sec-WebSocket-Accept', 'S3pPLMBiTxaQ9kYGzzhZRbK+xOo=')],
    ['the right accept twice', [...required, ['sec-websocket-accept', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=']]],
    ['a subprotocol that was not offered', [...required, ['Sec-WebSocket-Protocol', 'v3']]],
    ['a subprotocol in another letter case', [...required, ['Sec-WebSocket-Protocol', 'Chat']]],
    ['two subprotocols in a list', [...required, ['Sec-WebSocket-Protocol', 'chat, v2']]],
    ['two subprotocols', [...required, ['Sec-WebSocket-Protocol', 'chat'], ['Sec-WebSocket-Protocol', 'v2']]],
    [
      'an extension in a list with an open quote',
      [...required, ['Sec-WebSocket-Extensions', 'x-other; a="']],
    ],
    ['an extension that was not offered', [...required, ['Sec-WebSocket-Extensions', 'x-other, mux']]],
  ])('%s', (_name, headers) => {
    expect(verdict(headers)).toMatchObject({ ok: false, code: 'upstream_bad_handshake' });
  });

  test('any other status', () => {
    expect(verdict(required, 200)).toMatchObject({ ok: false });
  });
});
