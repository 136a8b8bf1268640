import type { AttackCase, AttackFamily } from '../attack-case.js';
import { answersAndEnds, switching } from '../upstream-behaviours.js';
import { expectOneAnswer, expectOneRequest } from '../expectations.js';
import { badHandshake, admitted, refused, withLines } from '../case-builders.js';

const otherKey = 'AAAAAAAAAAAAAAAAAAAAAA==';

const twice: AttackCase[] = [
  refused('Host twice', (sandbox) => withLines(`Host: ${sandbox.host}`)(sandbox), badHandshake),
  refused('a different Host as well', withLines('Host: inside.test'), badHandshake),
  refused(
    'a different Host before it',
    (sandbox) => sandbox.handshake().replace('\r\n', '\r\nHost: inside.test\r\n'),
    badHandshake,
  ),
  refused('an empty Host as well', withLines('Host:'), badHandshake),
  refused('HOST in capitals as well', withLines('HOST: inside.test'), badHandshake),
  refused('Sec-WebSocket-Key twice', withLines('Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='), badHandshake),
  refused('a different Sec-WebSocket-Key as well', withLines(`sec-websocket-key: ${otherKey}`), badHandshake),
  refused(
    'two keys in one field',
    (sandbox) => sandbox.handshake('/', { 'Sec-WebSocket-Key': `${otherKey}, ${otherKey}` }),
    badHandshake,
  ),
  refused('Sec-WebSocket-Version twice', withLines('Sec-WebSocket-Version: 13'), badHandshake),
  refused('a different Sec-WebSocket-Version as well', withLines('Sec-WebSocket-Version: 8'), badHandshake),
  refused(
    'two versions in one field',
    (sandbox) => sandbox.handshake('/', { 'Sec-WebSocket-Version': '13, 8' }),
    [426, 'version_unsupported'],
  ),
  refused(
    'Origin twice',
    withLines('Origin: https://app.test', 'Origin: https://evil.test'),
    [403, 'origin_forbidden'],
    { allowedOrigins: ['https://app.test'] },
  ),
  refused(
    'a list of origins',
    withLines('Origin: https://evil.test https://app.test'),
    [403, 'origin_forbidden'],
    { allowedOrigins: ['https://app.test'] },
  ),
];

const malformed: AttackCase[] = [
  ...[
    ['a folded line', 'X-Folded: a\r\n b'],
    ['a folded line with a tab', 'X-Folded: a\r\n\tb'],
    ['a value that is only on the folded line', 'X-Folded:\r\n b'],
    ['a second Host on a folded line', 'X-Folded: a\r\n Host: inside.test'],
    ['a bare CR in a value', 'X-Bare: a\rHost: inside.test'],
    ['a bare CR as the end of a line', 'X-Bare: a\rX-Other: b'],
    ['a bare LF as the end of a line', 'X-Bare: a\nX-Other: b'],
    ['a bare LF and a second Host', 'X-Bare: a\nHost: inside.test'],
    ['two CRs before a LF', 'X-Bare: a\r'],
    ['NUL in a value', 'X-Nul: a\0b'],
    ['NUL in a name', 'X-\0Nul: a'],
    ['a control byte in a value', 'X-Control: a\x01b'],
    ['DEL in a value', 'X-Control: a\x7fb'],
    ['a terminal escape sequence', 'X-Control: \x1b[2J'],
    ['a space before the colon', 'X-Space : a'],
    ['a tab before the colon', 'X-Space\t: a'],
    ['a space in a name', 'X Space: a'],
    ['an empty name', ': a'],
    ['a line without a colon', 'X-Nothing'],
    ['a name in brackets', '(X): a'],
    ['a name with a slash', 'X/Y: a'],
    ['a name outside ASCII', 'X-\xe9: a'],
    ['a key with a space before its colon', `Sec-WebSocket-Key : ${otherKey}`],
    ['a Host with a space before its colon', 'Host : inside.test'],
  ].map(([name = '', line = '']) => refused(name, withLines(line), badHandshake)),
  refused(
    'a space before the first field',
    (sandbox) => sandbox.handshake().replace('\r\nHost', '\r\n Host'),
    badHandshake,
  ),
  refused('bare LFs throughout', (sandbox) => sandbox.handshake().replaceAll('\r\n', '\n'), badHandshake),
  refused(
    'a bare LF as the end of the head',
    (sandbox) => sandbox.handshake().replace(/\r\n\r\n$/, '\r\n\n'),
    badHandshake,
  ),
  refused(
    'a bare LF after the request line',
    (sandbox) => sandbox.handshake().replace('HTTP/1.1\r\n', 'HTTP/1.1\n'),
    badHandshake,
  ),
  ...['c2hvcnQ=', 'dGhlIHNhbXBsZSBub25jZQ', `${otherKey}=`, '-_AAAAAAAAAAAAAAAAAAAA==', ''].map((key) =>
    refused(
      `the key "${key}"`,
      (sandbox) => sandbox.handshake('/', { 'Sec-WebSocket-Key': key }),
      badHandshake,
    ),
  ),
  {
    name: 'a key whose last character has unused bits set: it is forwarded unchanged',
    run: async (sandbox) => {
      const key = 'AQIDBAUGBwgJCgsMDQ4PEC==';
      const upstream = await sandbox.prepare({
        upstream: answersAndEnds(switching({ 'Sec-WebSocket-Accept': 'OfS0wDaT5NoxF2gqm7Zj2YtetzM=' })),
      });
      const handshake = sandbox.handshake('/', { 'Sec-WebSocket-Key': key });
      expectOneAnswer((await sandbox.send(handshake)).text, 101);
      expectOneRequest(upstream, { has: [`\r\nSec-WebSocket-Key: ${key}\r\n`] });
    },
  },
];

const origins: AttackCase[] = ['null', 'file://', 'capacitor://localhost'].flatMap((origin) => [
  admitted(
    `the allowed origin ${origin}`,
    withLines(`Origin: ${origin}`),
    { has: [`\r\nOrigin: ${origin}\r\n`] },
    { allowedOrigins: [origin] },
  ),
  refused(`the forbidden origin ${origin}`, withLines(`Origin: ${origin}`), [403, 'origin_forbidden'], {
    allowedOrigins: ['https://localhost', 'https://*.null'],
  }),
]);

// Each escaped quote could start an unterminated string: a regular expression once scanned on from each of
// them.
const extensions: AttackCase[] = [
  ['29 KB of escaped quotes in an unterminated string', `x;a="${'\\"'.repeat(14_500)}`],
  ['an unterminated string', 'x;a="'],
  ['a list of 29 KB', 'x,'.repeat(14_500)],
  ['a quoted name', '"permessage-deflate"'],
  ['a name with a space', 'permessage deflate'],
].map(([name = '', value = '']) =>
  refused(`extensions with ${name}`, withLines(`Sec-WebSocket-Extensions: ${value}`), badHandshake),
);

export const headerFields: AttackFamily = {
  name: 'header fields',
  cases: [...twice, ...malformed, ...origins, ...extensions],
};
