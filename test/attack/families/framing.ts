import assert from 'node:assert/strict';
import type { Sandbox } from '../sandbox.js';
import type { AttackCase, AttackFamily } from '../attack-case.js';
import { joins, answers, switching } from '../upstream-behaviours.js';
import { badHandshake, bodyForbidden, admitted, refused, withLines } from '../case-builders.js';
import { expectOneAnswer, expectOneRequest, expectRefusal } from '../expectations.js';

const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: inside.test\r\n\r\n';

/** A handshake with this line added unchanged at the end of its head. */
function withLine(line: string, after = '') {
  return (sandbox: Sandbox) => withLines(line)(sandbox) + after;
}

const bodies: AttackCase[] = [
  refused('Content-Length on the upgrade', withLine('Content-Length: 5', 'hello'), bodyForbidden),
  refused(
    'a Content-Length that covers a smuggled request',
    withLine(`Content-Length: ${smuggled.length}`, smuggled),
    bodyForbidden,
  ),
  refused(
    'Transfer-Encoding on the upgrade',
    withLine('Transfer-Encoding: chunked', '0\r\n\r\n'),
    bodyForbidden,
  ),
  refused(
    'a smuggled request after the last chunk',
    withLine('Transfer-Encoding: chunked', `0\r\n\r\n${smuggled}`),
    bodyForbidden,
  ),
  refused(
    'Content-Length and Transfer-Encoding',
    withLine('Content-Length: 4\r\nTransfer-Encoding: chunked', `0\r\n\r\n${smuggled}`),
    badHandshake,
  ),
  refused(
    'Transfer-Encoding and Content-Length',
    withLine('Transfer-Encoding: chunked\r\nContent-Length: 4', `0\r\n\r\n${smuggled}`),
    badHandshake,
  ),
  refused(
    'two different Content-Lengths',
    withLine('Content-Length: 0\r\nContent-Length: 5', 'hello'),
    badHandshake,
  ),
  refused('the same Content-Length twice', withLine('Content-Length: 0\r\nContent-Length: 0'), badHandshake),
  ...['0, 5', '+5', '-1', '0x5', '5 5', '1e1', '5;', '', '99999999999999999999'].map((length) =>
    refused(`Content-Length: ${length}`, withLine(`Content-Length: ${length}`, 'hello'), badHandshake),
  ),
  ...['identity', 'xchunked', 'gzip', '"chunked"', 'chunked, identity'].map((coding) =>
    refused(
      `Transfer-Encoding: ${coding}`,
      withLine(`Transfer-Encoding: ${coding}`, `0\r\n\r\n${smuggled}`),
      bodyForbidden,
    ),
  ),
  refused(
    'Transfer-Encoding with a space before the colon',
    withLine('Transfer-Encoding : chunked', '0\r\n\r\n'),
    badHandshake,
  ),
  refused(
    'Transfer-Encoding with a vertical tab',
    withLine('Transfer-Encoding: \x0bchunked', '0\r\n\r\n'),
    badHandshake,
  ),
  refused(
    'a folded Transfer-Encoding',
    withLine('Transfer-Encoding:\r\n chunked', '0\r\n\r\n'),
    badHandshake,
  ),
  admitted('Content-Length: 0, which is not forwarded', withLine('Content-Length: 0'), {
    hasNot: [/content-length/i],
  }),
  admitted('an Expect field, which is not forwarded', withLine('Expect: 100-continue'), {
    hasNot: [/expect/i],
  }),
];

const upgrades: AttackCase[] = [
  refused(
    'Upgrade: h2c',
    (sandbox) =>
      sandbox.handshake('/', {
        Upgrade: 'h2c',
        Connection: 'Upgrade, HTTP2-Settings',
        'HTTP2-Settings': 'AAMAAABkAARAAAAAAAIAAAAA',
      }),
    badHandshake,
  ),
  admitted(
    'h2c beside websocket, which is not forwarded',
    (sandbox) =>
      sandbox.handshake('/', {
        Upgrade: 'h2c, websocket',
        Connection: 'Upgrade, HTTP2-Settings',
        'HTTP2-Settings': 'AAMAAABkAARAAAAAAAIAAAAA',
      }),
    { has: ['Upgrade: websocket\r\n'], hasNot: [/h2c|http2-settings/i] },
  ),
  admitted('a second Upgrade with another protocol', withLine('Upgrade: TLS/1.2'), {
    has: ['Upgrade: websocket\r\n'],
    hasNot: [/TLS/],
  }),
  ...['websocket/13', '"websocket"', 'web socket', 'websockets', 'TLS/1.0', ''].map((value) =>
    refused(`Upgrade: ${value}`, (sandbox) => sandbox.handshake('/', { Upgrade: value }), badHandshake),
  ),
  ...['close', 'upgraded', '"upgrade"', ''].map((value) =>
    refused(`Connection: ${value}`, (sandbox) => sandbox.handshake('/', { Connection: value }), badHandshake),
  ),
  ...['POST', 'PUT', 'HEAD', 'OPTIONS', 'TRACE', 'DELETE', 'PATCH', 'get', 'GeT', 'PRI', 'G\x00T'].map(
    (method) =>
      refused(
        `the method ${JSON.stringify(method)}`,
        (sandbox) => sandbox.handshake().replace('GET', method),
        badHandshake,
      ),
  ),
];

const versions: AttackCase[] = [
  ...[
    'HTTP/1.0',
    'HTTP/0.9',
    'HTTP/2.0',
    'HTTP/1.2',
    'HTTP/3',
    'HTTP/11',
    'http/1.1',
    'HTTP/1.1 ',
    'HTTP /1.1',
    'HTTP/1.1.1',
    'ICY/1.1',
    '',
  ].map((version) =>
    refused(
      `the version ${JSON.stringify(version)}`,
      (sandbox) => sandbox.handshake().replace('HTTP/1.1', version),
      badHandshake,
    ),
  ),
  refused('HTTP/0.9', () => 'GET /\r\n\r\n', badHandshake),
  refused('the preface of HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', badHandshake),
  refused('a TLS handshake', () => Buffer.from('1603010200010001fc0303', 'hex'), badHandshake),
  refused(
    'PROXY protocol version 1',
    (sandbox) => `PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n${sandbox.handshake()}`,
    badHandshake,
  ),
  refused(
    'PROXY protocol version 2',
    (sandbox) => `\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c${'\0'.repeat(12)}${sandbox.handshake()}`,
    badHandshake,
  ),
  refused('a WebSocket frame before the handshake', () => Buffer.from('818500000000', 'hex'), badHandshake),
  refused('NUL bytes', (sandbox) => `\0\0\0\0${sandbox.handshake()}`, badHandshake),
  refused(
    'a folded request line',
    (sandbox) => sandbox.handshake().replace(' HTTP', '\r\n HTTP'),
    badHandshake,
  ),
];

const pipelined: AttackCase[] = [
  {
    name: 'a request after an upgrade that the upstream never answers',
    run: async (sandbox) => {
      const upstream = await sandbox.prepare({
        upstream: () => undefined,
        route: { timeouts: { handshakeMs: 100 } },
      });
      expectRefusal(await sandbox.send(sandbox.handshake() + smuggled), 504, 'upstream_timeout');
      expectOneRequest(upstream, { hasNot: ['smuggled'] });
    },
  },
  ...['200 OK', '404 Not Found', '426 Upgrade Required'].map((status): AttackCase => ({
    name: `a request after an upgrade that the upstream answers with ${status}`,
    run: async (sandbox) => {
      const answer = `HTTP/1.1 ${status}\r\nContent-Length: 2\r\n\r\nno`;
      const upstream = await sandbox.prepare({ upstream: answers(answer) });
      const { text } = await sandbox.send(sandbox.handshake() + smuggled);
      assert.equal(expectOneAnswer(text, Number(status.slice(0, 3))).body, 'no');
      expectOneRequest(upstream, { hasNot: ['smuggled'] });
    },
  })),
  {
    name: 'a request after an upgrade with a wrong 101',
    run: async (sandbox) => {
      const upstream = await sandbox.prepare({
        upstream: answers(switching({ 'Sec-WebSocket-Accept': 'wrong' })),
      });
      expectRefusal(await sandbox.send(sandbox.handshake() + smuggled), 502, 'upstream_bad_handshake');
      expectOneRequest(upstream, { hasNot: ['smuggled'] });
    },
  },
  {
    name: 'a request after a successful upgrade: it is not a valid frame, and closes the connection with 1002',
    run: async (sandbox) => {
      const upstream = await sandbox.prepare({ upstream: joins });
      const { text } = await sandbox.send(sandbox.handshake() + smuggled);
      assert.equal(expectOneAnswer(text, 101).body, '\x88\x10\x03\xeaprotocol error');
      assert.doesNotMatch(upstream.received, /smuggled/);
      assert.equal(upstream.connections, 1);
    },
  },
  refused(
    'an upgrade after a plain request',
    (sandbox) => `GET / HTTP/1.1\r\nHost: ${sandbox.host}\r\n\r\n${sandbox.handshake()}`,
    badHandshake,
  ),
  refused(
    'an upgrade after a refused upgrade',
    (sandbox) => sandbox.handshake('/', { 'Sec-WebSocket-Version': null }) + sandbox.handshake(),
    badHandshake,
  ),
  refused(
    'an upgrade after CONNECT',
    (sandbox) => `CONNECT inside.test:80 HTTP/1.1\r\nHost: inside.test:80\r\n\r\n${sandbox.handshake()}`,
    badHandshake,
  ),
  refused(
    'an upgrade after a body',
    (sandbox) =>
      `POST / HTTP/1.1\r\nHost: ${sandbox.host}\r\nContent-Length: 2\r\n\r\nhi${sandbox.handshake()}`,
    badHandshake,
  ),
];

export const framing: AttackFamily = {
  name: 'framing',
  cases: [...bodies, ...upgrades, ...versions, ...pipelined],
};
