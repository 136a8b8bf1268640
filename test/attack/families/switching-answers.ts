import assert from 'node:assert/strict';
import type { AttackCase, AttackFamily } from '../attack-case.js';
import { answers, answersAndEnds, switching } from '../upstream-behaviours.js';
import { smuggledAnswer, smuggledRequest, rejectedAnswer } from '../case-builders.js';
import { expectOneAnswer, expectOneRequest } from '../expectations.js';

const badSwitch: AttackCase[] = [
  rejectedAnswer('101 without Sec-WebSocket-Accept', switching({ 'Sec-WebSocket-Accept': null })),
  rejectedAnswer(
    '101 with a wrong Sec-WebSocket-Accept',
    switching({ 'Sec-WebSocket-Accept': 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' }),
  ),
  rejectedAnswer(
    '101 with the Sec-WebSocket-Accept in another letter case',
    switching({ 'Sec-WebSocket-Accept': 'S3pPLMBiTxaQ9kYGzzhZRbK+xOo=' }),
  ),
  rejectedAnswer(
    '101 with the key as Sec-WebSocket-Accept',
    switching({ 'Sec-WebSocket-Accept': 'dGhlIHNhbXBsZSBub25jZQ==' }),
  ),
  rejectedAnswer(
    '101 with two Sec-WebSocket-Accepts',
    switching({ 'sec-websocket-accept': 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' }),
  ),
  rejectedAnswer('101 without Upgrade', switching({ Upgrade: null })),
  rejectedAnswer('101 to h2c', switching({ Upgrade: 'h2c' })),
  rejectedAnswer('101 to two protocols', switching({ Upgrade: 'websocket, h2c' })),
  rejectedAnswer('101 with two Upgrades', switching({ upgrade: 'h2c' })),
  rejectedAnswer('101 without Connection', switching({ Connection: null })),
  rejectedAnswer('101 with Connection: close', switching({ Connection: 'close' })),
  rejectedAnswer(
    '101 with a subprotocol that was not offered',
    switching({ 'Sec-WebSocket-Protocol': 'chat' }),
  ),
  rejectedAnswer(
    '101 with an extension that was not offered',
    switching({ 'Sec-WebSocket-Extensions': 'permessage-deflate' }),
  ),
  rejectedAnswer(
    '101 with an extension whose parameter is an unterminated string of 16 KB of escaped quotes',
    switching({ 'Sec-WebSocket-Extensions': `x;a="${'\\"'.repeat(8000)}` }),
  ),
  rejectedAnswer(
    '101 with an extension in an unterminated string',
    switching({ 'Sec-WebSocket-Extensions': 'x;a="' }),
  ),
  rejectedAnswer('101 over HTTP/1.0', switching().replace('HTTP/1.1', 'HTTP/1.0')),
  rejectedAnswer('101 over HTTP/2', switching().replace('HTTP/1.1', 'HTTP/2.0')),
  rejectedAnswer(
    'an invalid 101 with a valid one after it',
    switching({ 'Sec-WebSocket-Accept': null }) + switching(),
  ),
  rejectedAnswer(
    'an invalid 101 with an ordinary answer after it',
    switching({ 'Sec-WebSocket-Accept': null }) + smuggledAnswer,
  ),
  ...[
    ['a second 101', switching()],
    ['an ordinary answer', smuggledAnswer],
    ['a request', smuggledRequest],
  ].map(([what = '', after = '']): AttackCase => ({
    name: `101 with ${what} after it: it is not a valid frame, and closes the connection with 1002`,
    run: async (sandbox) => {
      const upstream = await sandbox.prepare({ upstream: answers(switching() + after) });
      const { text } = await sandbox.send(sandbox.handshake());
      assert.equal(expectOneAnswer(text, 101).body, '\x88\x10\x03\xeaprotocol error');
      assert.equal(upstream.connections, 1);
    },
  })),
  {
    name: 'interim answers before the 101, which are not forwarded',
    run: async (sandbox) => {
      const interim =
        'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nSec-WebSocket-Accept: a\r\nX-Second: 1\r\n\r\n';
      const upstream = await sandbox.prepare({ upstream: answersAndEnds(interim + switching()) });
      const { text } = await sandbox.send(sandbox.handshake());
      assert.equal(expectOneAnswer(text, 101).headers['x-second'], undefined);
      expectOneRequest(upstream);
    },
  },
];

// A 1xx ends with the empty line, even if its fields announce a body (RFC 9112 §6.3).
const switchWithBodyFields: AttackCase[] = ['Content-Length: 5', 'Transfer-Encoding: chunked'].map(
  (field) => {
    const [name = '', value = ''] = field.split(': ');
    return {
      name: `101 with ${field}: the field is dropped, and frames follow`,
      run: async (sandbox) => {
        const frame = '\x82\x03yes';
        const upstream = await sandbox.prepare({
          upstream: answersAndEnds(switching({ [name]: value }) + frame),
        });
        const answer = expectOneAnswer((await sandbox.send(sandbox.handshake())).text, 101);
        assert.equal(answer.headers[name.toLowerCase()], undefined);
        assert.ok(answer.body.startsWith(frame), answer.body);
        expectOneRequest(upstream);
      },
    };
  },
);

export const switchingAnswers: AttackFamily = {
  name: 'upstream answers that switch protocols',
  cases: [...badSwitch, ...switchWithBodyFields],
};
