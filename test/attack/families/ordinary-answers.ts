import assert from 'node:assert/strict';
import type { AttackCase, AttackFamily } from '../attack-case.js';
import { joinsAndEnds, answers, answersAndEnds, switching } from '../upstream-behaviours.js';
import { smuggledAnswer, smuggledRequest } from '../case-builders.js';
import { expectOneAnswer, expectOneRequest, wholeBody } from '../expectations.js';

/** The client gets one ordinary answer with this status and body, and no upgrade. */
function passedOn(name: string, bytes: string, status: number, body: string): AttackCase {
  return {
    name,
    run: async (sandbox) => {
      const upstream = await sandbox.prepare({ upstream: answers(bytes) });
      const { text, hasEnded } = await sandbox.send(sandbox.handshake() + smuggledRequest);
      const answer = expectOneAnswer(text, status);
      assert.equal(wholeBody(answer), body, text);
      assert.equal(answer.headers['connection'], 'close', text);
      assert.equal(answer.headers['upgrade'], undefined, text);
      assert.ok(hasEnded, 'the answer was followed by a RST');
      expectOneRequest(upstream);
    },
  };
}

export const ordinaryAnswers: AttackFamily = {
  name: 'ordinary answers of an upstream',
  cases: [
    ...['200 OK', '404 Not Found', '426 Upgrade Required', '500 Oops', '407 Proxy'].map((status) =>
      passedOn(
        `${status} with a second answer after it`,
        `HTTP/1.1 ${status}\r\nContent-Length: 5\r\n\r\nfirst${smuggledAnswer}`,
        Number(status.slice(0, 3)),
        'first',
      ),
    ),
    passedOn(
      '200 with a request after it',
      `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok${smuggledRequest}`,
      200,
      'ok',
    ),
    passedOn(
      '426 that offers an upgrade, with a frame after it',
      'HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 0\r\n\r\n\x81\x02hi',
      426,
      '',
    ),
    passedOn(
      '200 with all fields of a 101',
      `${switching({ 'Content-Length': '0' }).replace('101 Switching Protocols', '200 OK')}\x81\x02hi`,
      200,
      '',
    ),
    passedOn('204 with a body', 'HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\nbody', 204, ''),
    {
      name: '204 with a Content-Length, which is forbidden',
      run: async (sandbox) => {
        const upstream = await sandbox.prepare({
          upstream: answers(
            `HTTP/1.1 204 No Content\r\nContent-Length: ${smuggledAnswer.length}\r\n\r\n${smuggledAnswer}`,
          ),
        });
        const answer = expectOneAnswer((await sandbox.send(sandbox.handshake())).text, 204);
        assert.equal(answer.headers['content-length'], undefined);
        expectOneRequest(upstream);
      },
    },
    ...[204, 304].map((status) =>
      passedOn(
        `${status} with the transfer coding chunked, which has no body`,
        `HTTP/1.1 ${status} Nothing\r\nTransfer-Encoding: chunked\r\n\r\n`,
        status,
        '',
      ),
    ),
    passedOn(
      '304 with a body',
      `HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\n${smuggledAnswer}`,
      304,
      '',
    ),
    passedOn(
      'a second answer after the last chunk',
      `HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nyes\r\n0\r\n\r\n${smuggledAnswer}`,
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
      'an answer whose Connection names Content-Length',
      `HTTP/1.1 404 Not Found\r\nConnection: Content-Length\r\nContent-Length: 2\r\n\r\nno${smuggledAnswer}`,
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
      name: 'an Alt-Svc, which would send the clients of a shared host elsewhere',
      run: async (sandbox) => {
        const field = 'Alt-Svc: h3="elsewhere.test:443"; ma=2592000; persist=1';
        const ordinary = `HTTP/1.1 404 Not Found\r\n${field}\r\nContent-Length: 2\r\n\r\nno`;
        for (const answer of [ordinary, switching({ 'Alt-Svc': field.slice(9) })]) {
          await sandbox.prepare({
            upstream: answersAndEnds(answer),
            route: { match: { path: `/${answer.length}` } },
          });
          const { text } = await sandbox.send(sandbox.handshake(`/${answer.length}`));
          assert.doesNotMatch(text, /alt-svc|elsewhere/i);
          expectOneAnswer(text, answer === ordinary ? 404 : 101);
        }
      },
    },
    {
      name: 'a redirect, which is not followed',
      run: async (sandbox) => {
        const inside = await sandbox.prepare({ route: { match: { path: '/inside' } } });
        const location = `http://127.0.0.1:${new URL(inside.url).port}/`;
        await sandbox.prepare({
          upstream: answers(`HTTP/1.1 307 Over There\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`),
        });
        assert.equal(
          expectOneAnswer((await sandbox.send(sandbox.handshake())).text, 307).headers['location'],
          location,
        );
        assert.equal(inside.connections, 0);
      },
    },
    {
      name: 'an answer that keeps its connection alive: the next request uses another connection',
      run: async (sandbox) => {
        const upstream = await sandbox.prepare({
          upstream: answers('HTTP/1.1 404 Not Found\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n'),
        });
        for (const expected of [1, 2, 3]) {
          expectOneAnswer((await sandbox.send(sandbox.handshake())).text, 404);
          assert.equal(upstream.connections, expected);
        }
      },
    },
    {
      name: 'a 101: the next request uses another connection',
      run: async (sandbox) => {
        const upstream = await sandbox.prepare({ upstream: joinsAndEnds });
        for (const expected of [1, 2, 3]) {
          expectOneAnswer((await sandbox.send(sandbox.handshake())).text, 101);
          assert.equal(upstream.connections, expected);
        }
      },
    },
  ],
};
