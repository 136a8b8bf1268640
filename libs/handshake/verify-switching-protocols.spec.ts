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

test('the accept key equals the example of RFC 6455 §1.3', () => {
  expect(acceptKey('dGhlIHNhbXBsZSBub25jZQ==')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
});

describe('a valid 101', () => {
  test.each<[string, [string, string][]]>([
    ['with the required fields only', required],
    ['with another field whose name is as long as Upgrade', [...required, ['X-Other', 'h2c']]],
    ['in different letter case', [...replacing('Upgrade', 'WebSocket')]],
    ['with several tokens in Connection', replacing('Connection', 'keep-alive, upgrade')],
    ['with an offered subprotocol', [...required, ['Sec-WebSocket-Protocol', 'v2']]],
    [
      'with offered extensions',
      [...required, ['sec-websocket-extensions', 'Permessage-Deflate; a=1, x-other']],
    ],
    ['with a length of 0', [...required, ['Content-Length', '0']]],
    ['with a length, which has no meaning in a 1xx', [...required, ['Content-Length', '3']]],
    ['with a coding, which has no meaning in a 1xx', [...required, ['Transfer-Encoding', 'chunked']]],
  ])('a 101 is accepted %s', (_name, headers) => {
    expect(verdict(headers)).toEqual({ ok: true });
  });
});

describe('an invalid 101', () => {
  test.each<[string, [string, string][]]>([
    ['no Upgrade', replacing('Upgrade')],
    ['a different Upgrade', replacing('Upgrade', 'h2c')],
    ['two Upgrades', replacing('Upgrade', 'websocket', 'websocket')],
    ['no Connection', replacing('Connection')],
    ['a Connection without upgrade', replacing('Connection', 'close')],
    ['no accept', replacing('Sec-WebSocket-Accept')],
    ['a wrong accept', replacing('Sec-WebSocket-Accept', 'dGhlIHNhbXBsZSBub25jZQ==')],
    ['an accept in different letter case', replacing('Sec-WebSocket-Accept', 'S3pPLMBiTxaQ9kYGzzhZRbK+xOo=')],
    ['the correct accept twice', [...required, ['sec-websocket-accept', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=']]],
    ['a subprotocol that was not offered', [...required, ['Sec-WebSocket-Protocol', 'v3']]],
    ['a subprotocol in different letter case', [...required, ['Sec-WebSocket-Protocol', 'Chat']]],
    ['two subprotocols in a list', [...required, ['Sec-WebSocket-Protocol', 'chat, v2']]],
    ['two subprotocols', [...required, ['Sec-WebSocket-Protocol', 'chat'], ['Sec-WebSocket-Protocol', 'v2']]],
    [
      'an extension in a list with an open quote',
      [...required, ['Sec-WebSocket-Extensions', 'x-other; a="']],
    ],
    ['an extension that was not offered', [...required, ['Sec-WebSocket-Extensions', 'x-other, mux']]],
  ])('a 101 is a bad handshake, with a reason for the log, if it has %s', (_name, headers) => {
    const detail: unknown = expect.stringMatching(/\w/);
    expect(verdict(headers)).toEqual({ ok: false, code: 'upstream_bad_handshake', detail });
  });

  test('an answer with any other status is a bad handshake', () => {
    const detail: unknown = expect.stringContaining('200');
    expect(verdict(required, 200)).toMatchObject({ ok: false, detail });
  });
});
