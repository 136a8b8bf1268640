import assert from 'node:assert/strict';
import type { AttackCase, AttackFamily } from '../attack-case.js';
import { joinsAndLeaves, pours, says, saysAndEnds, switching, type Behaviour } from '../behaviours.js';
import { badUpstream } from '../case-builders.js';
import { expectOneAnswer, expectOneRequest, expectRefusal, wholeBody } from '../expectations.js';

const second = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\nX-Second: 1\r\n\r\nsecond';
const request = 'GET /smuggled HTTP/1.1\r\nHost: inside.test\r\n\r\n';

/** The client is told 502, and nothing of what the upstream said. */
function unfit(name: string, said: string | Behaviour): AttackCase {
  return {
    name,
    run: async (arena) => {
      const upstream = await arena.prepare({ upstream: typeof said === 'string' ? says(said) : said });
      expectRefusal(await arena.send(arena.handshake()), ...badUpstream);
      expectOneRequest(upstream);
    },
  };
}

/** The client gets one ordinary answer: this status, this body, and no upgrade. */
function passedOn(name: string, bytes: string, status: number, body: string): AttackCase {
  return {
    name,
    run: async (arena) => {
      const upstream = await arena.prepare({ upstream: says(bytes) });
      const { text, hasEnded } = await arena.send(arena.handshake() + request);
      const answer = expectOneAnswer(text, status);
      assert.equal(wholeBody(answer), body, text);
      assert.equal(answer.headers['connection'], 'close', text);
      assert.equal(answer.headers['upgrade'], undefined, text);
      assert.ok(hasEnded, 'the answer was followed by a RST');
      expectOneRequest(upstream);
    },
  };
}

const noSwitch: AttackCase[] = [
  ...['200 OK', '404 Not Found', '426 Upgrade Required', '500 Oops', '407 Proxy'].map((status) =>
    passedOn(
      `${status} with a second answer behind it`,
      `HTTP/1.1 ${status}\r\nContent-Length: 5\r\n\r\nfirst${second}`,
      Number(status.slice(0, 3)),
      'first',
    ),
  ),
  passedOn(
    '200 with a request behind it',
    `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok${request}`,
    200,
    'ok',
  ),
  passedOn(
    '426 that offers an upgrade, with a frame behind it',
    'HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 0\r\n\r\n\x81\x02hi',
    426,
    '',
  ),
  passedOn(
    '200 with all of a handshake in it',
    `${switching({ 'Content-Length': '0' }).replace('101 Switching Protocols', '200 OK')}\x81\x02hi`,
    200,
    '',
  ),
  passedOn('204 with a body', 'HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\nbody', 204, ''),
  {
    name: '204 with a length, which it must not have',
    run: async (arena) => {
      const upstream = await arena.prepare({
        upstream: says(`HTTP/1.1 204 No Content\r\nContent-Length: ${second.length}\r\n\r\n${second}`),
      });
      const answer = expectOneAnswer((await arena.send(arena.handshake())).text, 204);
      assert.equal(answer.headers['content-length'], undefined);
      expectOneRequest(upstream);
    },
  },
  ...['chunked', 'gzip', 'gzip, chunked'].flatMap((coding) =>
    [204, 304].map((status) =>
      passedOn(
        `${status} in the coding ${coding}, which ends with its head`,
        `HTTP/1.1 ${status} Nothing\r\nTransfer-Encoding: ${coding}\r\n\r\n`,
        status,
        '',
      ),
    ),
  ),
  passedOn('304 with a body', `HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\n${second}`, 304, ''),
  passedOn(
    'a second answer behind the last chunk',
    `HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nyes\r\n0\r\n\r\n${second}`,
    404,
    'yes',
  ),
  passedOn(
    'a trailer',
    `HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nyes\r\n0\r\nX-Second: 1\r\n\r\n`,
    404,
    'yes',
  ),
  passedOn(
    'a chunk extension',
    `HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nyes\r\n0\r\n\r\n`,
    404,
    'yes',
  ),
  passedOn(
    'an answer that Connection has lose its length',
    `HTTP/1.1 404 Not Found\r\nConnection: Content-Length\r\nContent-Length: 2\r\n\r\nno${second}`,
    404,
    'no',
  ),
  passedOn(
    'interim answers before a 404',
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nX-Second: 1\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno`,
    404,
    'no',
  ),
  {
    name: 'an Alt-Svc, which would move the clients of a shared host elsewhere',
    run: async (arena) => {
      const field = 'Alt-Svc: h3="elsewhere.test:443"; ma=2592000; persist=1';
      const ordinary = `HTTP/1.1 404 Not Found\r\n${field}\r\nContent-Length: 2\r\n\r\nno`;
      for (const answer of [ordinary, switching({ 'Alt-Svc': field.slice(9) })]) {
        await arena.prepare({
          upstream: saysAndEnds(answer),
          route: { match: { path: `/${answer.length}` } },
        });
        const { text } = await arena.send(arena.handshake(`/${answer.length}`));
        assert.doesNotMatch(text, /alt-svc|elsewhere/i);
        expectOneAnswer(text, answer === ordinary ? 404 : 101);
      }
    },
  },
  {
    name: 'a redirect, which nobody follows',
    run: async (arena) => {
      const inside = await arena.prepare({ route: { match: { path: '/inside' } } });
      const location = `http://127.0.0.1:${new URL(inside.url).port}/`;
      await arena.prepare({
        upstream: says(`HTTP/1.1 307 Over There\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`),
      });
      assert.equal(
        expectOneAnswer((await arena.send(arena.handshake())).text, 307).headers['location'],
        location,
      );
      assert.equal(inside.connections, 0);
    },
  },
  {
    name: 'an answer that keeps its connection alive: the next request has one of its own',
    run: async (arena) => {
      const upstream = await arena.prepare({
        upstream: says('HTTP/1.1 404 Not Found\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n'),
      });
      for (const expected of [1, 2, 3]) {
        expectOneAnswer((await arena.send(arena.handshake())).text, 404);
        assert.equal(upstream.connections, expected);
      }
    },
  },
  {
    name: 'a 101: the next request has a connection of its own',
    run: async (arena) => {
      const upstream = await arena.prepare({ upstream: joinsAndLeaves });
      for (const expected of [1, 2, 3]) {
        expectOneAnswer((await arena.send(arena.handshake())).text, 101);
        assert.equal(upstream.connections, expected);
      }
    },
  },
];

const badSwitch: AttackCase[] = [
  unfit('101 without Sec-WebSocket-Accept', switching({ 'Sec-WebSocket-Accept': null })),
  unfit(
    '101 with a wrong Sec-WebSocket-Accept',
    switching({ 'Sec-WebSocket-Accept': 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' }),
  ),
  unfit(
    '101 with the accept in another letter case',
    switching({ 'Sec-WebSocket-Accept': 'S3pPLMBiTxaQ9kYGzzhZRbK+xOo=' }),
  ),
  unfit('101 with the key as its accept', switching({ 'Sec-WebSocket-Accept': 'dGhlIHNhbXBsZSBub25jZQ==' })),
  unfit('101 with two accepts', switching({ 'sec-websocket-accept': 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' })),
  unfit('101 without Upgrade', switching({ Upgrade: null })),
  unfit('101 to h2c', switching({ Upgrade: 'h2c' })),
  unfit('101 to two protocols', switching({ Upgrade: 'websocket, h2c' })),
  unfit('101 with two Upgrades', switching({ upgrade: 'h2c' })),
  unfit('101 without Connection', switching({ Connection: null })),
  unfit('101 with Connection: close', switching({ Connection: 'close' })),
  unfit('101 with a subprotocol that nobody offered', switching({ 'Sec-WebSocket-Protocol': 'chat' })),
  unfit(
    '101 with an extension that nobody offered',
    switching({ 'Sec-WebSocket-Extensions': 'permessage-deflate' }),
  ),
  unfit(
    '101 with an extension whose parameter is 16 KB of escaped quotes without an end',
    switching({ 'Sec-WebSocket-Extensions': `x;a="${'\\"'.repeat(8000)}` }),
  ),
  unfit(
    '101 with an extension in a string without an end',
    switching({ 'Sec-WebSocket-Extensions': 'x;a="' }),
  ),
  unfit('101 over HTTP/1.0', switching().replace('HTTP/1.1', 'HTTP/1.0')),
  unfit('101 over HTTP/2', switching().replace('HTTP/1.1', 'HTTP/2.0')),
  unfit(
    'a wrong 101 with a second, right one behind it',
    switching({ 'Sec-WebSocket-Accept': null }) + switching(),
  ),
  unfit(
    'a wrong 101 with an ordinary answer behind it',
    switching({ 'Sec-WebSocket-Accept': null }) + second,
  ),
  ...[
    ['a second 101', switching()],
    ['an ordinary answer', second],
    ['a request', request],
  ].map(([what = '', behind = '']): AttackCase => ({
    name: `101 with ${what} behind it: it is no frame, and ends the connection with 1002`,
    run: async (arena) => {
      const upstream = await arena.prepare({ upstream: says(switching() + behind) });
      const { text } = await arena.send(arena.handshake());
      assert.equal(expectOneAnswer(text, 101).body, '\x88\x10\x03\xeaprotocol error');
      assert.equal(upstream.connections, 1);
    },
  })),
  {
    name: 'interim answers before the 101, which stay here',
    run: async (arena) => {
      const interim =
        'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nSec-WebSocket-Accept: a\r\nX-Second: 1\r\n\r\n';
      const upstream = await arena.prepare({ upstream: saysAndEnds(interim + switching()) });
      const { text } = await arena.send(arena.handshake());
      assert.equal(expectOneAnswer(text, 101).headers['x-second'], undefined);
      expectOneRequest(upstream);
    },
  },
];

// A 1xx ends with its empty line, whatever its fields say of a body (RFC 9112 §6.3).
const switchWithBodyFields: AttackCase[] = ['Content-Length: 5', 'Transfer-Encoding: chunked'].map(
  (field) => {
    const [name = '', value = ''] = field.split(': ');
    return {
      name: `101 with ${field}: the field is dropped, and frames follow`,
      run: async (arena) => {
        const frame = '\x82\x03yes';
        const upstream = await arena.prepare({ upstream: saysAndEnds(switching({ [name]: value }) + frame) });
        const answer = expectOneAnswer((await arena.send(arena.handshake())).text, 101);
        assert.equal(answer.headers[name.toLowerCase()], undefined);
        assert.ok(answer.body.startsWith(frame), answer.body);
        expectOneRequest(upstream);
      },
    };
  },
);

const head = 'HTTP/1.1 404 Not Found\r\n';
const malformed: AttackCase[] = [
  ...[
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['HTTP/0.9', '<html></html>\r\n\r\n'],
    ['ICY', 'ICY 200 OK\r\n\r\n'],
    ['HTTP/2', 'HTTP/2 200\r\n\r\n'],
    ['no status', 'HTTP/1.1\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n'],
    ['the status 000', 'HTTP/1.1 000 OK\r\n\r\n'],
    ['the status 999', 'HTTP/1.1 999 OK\r\n\r\n'],
    ['a status in hexadecimal', 'HTTP/1.1 0x1 OK\r\n\r\n'],
    ['two spaces before the status', 'HTTP/1.1  200 OK\r\n\r\n'],
    ['a tab before the status', 'HTTP/1.1\t200 OK\r\n\r\n'],
    ['an empty line before the status line', `\r\n${switching()}`],
    ['a folded line', `${head}X: a\r\n b\r\n\r\n`],
    ['a bare LF', `${head}X: a\nY: b\r\n\r\n`],
    ['a bare LF throughout', switching().replaceAll('\r\n', '\n')],
    ['a bare CR', `${head}X: a\rSet-Cookie: evil\r\n\r\n`],
    ['NUL', `${head}X: a\0b\r\n\r\n`],
    ['NUL in the reason phrase', 'HTTP/1.1 404 Not\0Found\r\n\r\n'],
    ['a space before the colon', `${head}Content-Length : 0\r\n\r\n`],
    ['an empty name', `${head}: a\r\n\r\n`],
    ['a line without a colon', `${head}X\r\n\r\n`],
    ['a name with a space', `${head}X Y: a\r\n\r\n`],
    ['nine interim answers', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(9)],
    ['a head of 20 KB', `${head}X: ${'a'.repeat(20_000)}\r\n\r\n`],
    ['a head of 2,000 fields', `${head}${'X: abcdef\r\n'.repeat(2000)}\r\n`],
    ['two different lengths', `${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\nno!`],
    ['a list of lengths', `${head}Content-Length: 2, 2\r\n\r\nno`],
    ['a negative length', `${head}Content-Length: -1\r\n\r\n`],
    ['a length with a plus', `${head}Content-Length: +2\r\n\r\nno`],
    ['a length in hexadecimal', `${head}Content-Length: 0x2\r\n\r\nno`],
    ['a length and chunks', `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['chunks twice', `${head}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`],
    ['a coding behind the chunks', `${head}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    ['a coding before the chunks', `${head}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ['an unknown coding', `${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
  ].map(([name = '', bytes = '']) => unfit(`an answer with ${name}`, bytes)),
  unfit('a head that never ends', pours(head, `X: ${'a'.repeat(1000)}\r\n`)),
  unfit('a line that never ends', pours(`${head}X: `, 'a'.repeat(1000))),
  unfit('a status line that never ends', pours('HTTP/1.1 200 ', 'a'.repeat(1000))),
];

export const upstreamAnswers: AttackFamily = {
  name: 'answers of the upstream',
  cases: [...noSwitch, ...badSwitch, ...switchWithBodyFields, ...malformed],
};
