import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { AttackCase, AttackFamily } from '../attack-case.js';
import { smuggledAnswer } from '../case-builders.js';
import { expectOneAnswer, expectRefusal, wholeBody } from '../expectations.js';
import { ordinary, prepareHttp, statusesIn, wholeRequests } from '../http-cases.js';
import {
  answers,
  answersAndEnds,
  answersEachRequest,
  onRequest,
  type Behaviour,
} from '../upstream-behaviours.js';
import { until } from '../until.js';

const get = ordinary('GET', []);
const ok = 'HTTP/1.1 200 OK\r\n';

/** The client gets 502, and no byte of the answer. */
function rejected(name: string, upstream: string | Behaviour): AttackCase {
  return {
    name,
    run: async (sandbox) => {
      await prepareHttp(sandbox, {}, typeof upstream === 'string' ? answers(upstream) : upstream);
      expectRefusal(await sandbox.send(get(sandbox)), 502, 'upstream_bad_handshake');
    },
  };
}

/** The client gets one answer with this status and body. */
function passedOn(name: string, bytes: string, status: number, body: string, method = 'GET'): AttackCase {
  return {
    name,
    run: async (sandbox) => {
      await prepareHttp(sandbox, {}, answers(bytes));
      const answer = expectOneAnswer((await sandbox.send(ordinary(method, [])(sandbox))).text, status);
      assert.equal(wholeBody(answer), body);
    },
  };
}

/** What the client gets never looks whole. */
function cutOff(name: string, bytes: string): AttackCase {
  return {
    name,
    run: async (sandbox) => {
      await prepareHttp(sandbox, {}, answersAndEnds(bytes));
      const { text } = await sandbox.send(get(sandbox));
      const [, length] = /content-length: (\d+)/i.exec(text) ?? [];
      const [, body = ''] = text.split('\r\n\r\n');
      if (length === undefined) assert.doesNotMatch(text, /\r\n0\r\n\r\n$/);
      else assert.ok(body.length < Number(length), text);
    },
  };
}

/**
 * The upstream appends bytes to a whole answer. Its connection is closed for that, and the next client gets
 * its own answer. The test waits for the close, since no proxy can distinguish bytes that arrive after the
 * next request was sent from the answer to it.
 */
function surplus(name: string, method: string, first: string, then: Behaviour): AttackCase {
  return {
    name,
    run: async (sandbox) => {
      let asked = 0;
      let isClosed = false;
      const upstream = await prepareHttp(sandbox, {}, (socket) => {
        asked += 1;
        if (asked > 1) {
          answersEachRequest()(socket);
          return;
        }
        const onClosed = (): void => void (isClosed = true);
        socket.once('end', onClosed).once('close', onClosed);
        onRequest(() => socket.write(first, 'latin1', () => then(socket)))(socket);
      });
      const one = await sandbox.send(ordinary(method, [])(sandbox));
      assert.deepEqual(statusesIn(one.text), [200], one.text);
      assert.doesNotMatch(one.text, /second/);
      await until(() => isClosed);
      const two = await sandbox.send(get(sandbox));
      assert.equal(expectOneAnswer(two.text, 200).body, 'ok');
      assert.equal(wholeRequests(upstream).length, 2);
    },
  };
}

const nothing: Behaviour = () => undefined;
const later: Behaviour = (socket) => void delay(1).then(() => socket.write(smuggledAnswer));

const framing: AttackCase[] = [
  rejected(
    'both lengths',
    `${ok}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
  ),
  rejected('two lengths', `${ok}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`),
  rejected('a list of lengths', `${ok}Content-Length: 3, 3\r\n\r\nabc`),
  rejected('a length that is no number', `${ok}Content-Length: abc\r\n\r\nabc`),
  ...['gzip, chunked', 'xchunked', 'identity', 'chunked, chunked', 'gzip'].map((coding) =>
    rejected(
      `Transfer-Encoding: ${coding}`,
      `${ok}Transfer-Encoding: ${coding}\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
    ),
  ),
  cutOff('an answer shorter than its length', `${ok}Content-Length: 10\r\n\r\nabc`),
  cutOff('chunks without an end', `${ok}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`),
  cutOff('a chunk that is cut off', `${ok}Transfer-Encoding: chunked\r\n\r\n5\r\nabc`),
  cutOff(
    'a length as trailer',
    `${ok}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nContent-Length: 5\r\n\r\n`,
  ),
  cutOff('a broken chunk size', `${ok}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n0\r\n\r\n`),
  cutOff(
    'a chunk size that overflows',
    `${ok}Transfer-Encoding: chunked\r\n\r\n10000000000000003\r\nabc\r\n0\r\n\r\n`,
  ),
  surplus(
    'a second answer in the same segment',
    'GET',
    `${ok}Content-Length: 2\r\n\r\nok${smuggledAnswer}`,
    nothing,
  ),
  surplus('a second answer on an idle connection', 'GET', `${ok}Content-Length: 2\r\n\r\nok`, later),
  surplus(
    'an answer to HEAD with a body',
    'HEAD',
    `${ok}Content-Length: ${smuggledAnswer.length}\r\n\r\n${smuggledAnswer}`,
    nothing,
  ),
  surplus(
    'a second answer after the last chunk',
    'GET',
    `${ok}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n${smuggledAnswer}`,
    nothing,
  ),
  passedOn('204 with a length and a body', `HTTP/1.1 204 No\r\nContent-Length: 3\r\n\r\nabc`, 204, ''),
  passedOn('304 with a body', `HTTP/1.1 304 No\r\nContent-Length: 3\r\n\r\nabc`, 304, ''),
];

const heads: AttackCase[] = [
  rejected('a folded field', `${ok}X: a\r\n b\r\nContent-Length: 0\r\n\r\n`),
  rejected('a bare LF', 'HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n'),
  rejected('a bare CR in a value', `${ok}X: a\rSet-Cookie: b\r\nContent-Length: 0\r\n\r\n`),
  rejected('a NUL in a value', `${ok}X: a\0b\r\nContent-Length: 0\r\n\r\n`),
  rejected('a space before a colon', `${ok}Content-Length : 0\r\n\r\n`),
  rejected(
    'a status of 101',
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n`,
  ),
  ...['099', '600', '999', '20', '2000', '-200'].map((status) =>
    rejected(`the status ${status}`, `HTTP/1.1 ${status} Odd\r\nContent-Length: 0\r\n\r\n`),
  ),
  rejected('the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  rejected('an answer of HTTP/0.9', '<html>'),
  rejected('a head of 100 KB', `${ok}X: ${'a'.repeat(100_000)}\r\nContent-Length: 0\r\n\r\n`),
  {
    name: 'a flood of interim answers',
    run: async (sandbox) => {
      await prepareHttp(sandbox, {}, answers('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(200)));
      const { text } = await sandbox.send(get(sandbox));
      assert.deepEqual(statusesIn(text), [502]);
      assert.ok(text.split('HTTP/1.1 103 ').length <= 20, text);
    },
  },
  rejected('a flood of 100s', `${'HTTP/1.1 100 Continue\r\n\r\n'.repeat(200)}${ok}Content-Length: 0\r\n\r\n`),
  {
    name: 'trailers that forge fields',
    run: async (sandbox) => {
      const forged = 'Set-Cookie: forged\r\nLocation: forged\r\nX-Sum: 1';
      await prepareHttp(
        sandbox,
        {},
        answers(`${ok}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n${forged}\r\n\r\n`),
      );
      const { text } = await sandbox.send(get(sandbox));
      assert.match(text, /\r\n0\r\n(X-Sum: 1\r\n)?\r\n$/);
      assert.doesNotMatch(text, /forged/);
    },
  },
  {
    name: 'an answer whose Connection names fields that the route sets',
    run: async (sandbox) => {
      const answer = `${ok}Connection: X-Frame-Options\r\nX-Frame-Options: ALLOW\r\nContent-Length: 0\r\n\r\n`;
      const responseHeaders = { set: { 'X-Frame-Options': 'DENY' }, remove: [] };
      await prepareHttp(sandbox, { responseHeaders }, answers(answer));
      const { headers } = expectOneAnswer((await sandbox.send(get(sandbox))).text, 200);
      assert.equal(headers['x-frame-options'], 'DENY');
    },
  },
  {
    name: 'an answer that never begins',
    run: async (sandbox) => {
      await prepareHttp(sandbox, { timeouts: { responseMs: 50 } }, nothing);
      expectRefusal(await sandbox.send(get(sandbox)), 504, 'upstream_timeout');
    },
  },
  {
    name: 'an answer with no end, which is cut off when it is idle',
    isSlow: true,
    run: async (sandbox) => {
      await prepareHttp(sandbox, { timeouts: { idleMs: 1000 } }, answers(`${ok}\r\nabc`));
      const { text } = await sandbox.send(get(sandbox));
      assert.match(text, /\r\n3\r\nabc\r\n$/);
    },
  },
];

export const httpAnswers: AttackFamily = {
  name: 'answers to ordinary requests',
  cases: [...framing, ...heads],
};
