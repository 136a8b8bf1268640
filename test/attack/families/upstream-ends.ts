import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import type { AttackCase, AttackFamily } from '../attack-case.js';
import { onRequest, answers, switching, type Behaviour } from '../upstream-behaviours.js';
import { expectOneAnswer, expectRefusal } from '../expectations.js';
import { until } from '../until.js';
import { untilClosed, untilReceived, type Received } from '../received.js';

const closes: readonly Way[] = [
  { way: 'a FIN', leave: (socket) => socket.end() },
  { way: 'a RST', leave: (socket) => socket.resetAndDestroy() },
];

interface Way {
  way: string;
  leave: Behaviour;
}

/** The point at which the upstream closes its connection, and the result at the client. */
interface Step {
  when: string;
  said: string;
  /**
   * The upstream waits until the client has received this, because a RST may discard bytes sent right before
   * it.
   */
  seen?: string;
  expected: (received: Received) => void;
}

const answer = 'HTTP/1.1 404 Not Found\r\n';
const steps: readonly Step[] = [
  { when: 'after the request', said: '', expected: expectBadHandshake },
  { when: 'in the middle of the status line', said: 'HTTP/1.1 10', expected: expectBadHandshake },
  { when: 'in the middle of the head', said: switching().slice(0, 60), expected: expectBadHandshake },
  { when: 'before the last LF of the head', said: switching().slice(0, -1), expected: expectBadHandshake },
  {
    when: 'after an interim answer',
    said: 'HTTP/1.1 103 Early Hints\r\n\r\n',
    expected: expectBadHandshake,
  },
  { when: 'after the 101', said: switching(), seen: '\r\n\r\n', expected: expectUpstreamLost },
  {
    when: 'after a frame',
    said: `${switching()}\x81\x02hi`,
    seen: '\x81\x02hi',
    expected: expectUpstreamLost,
  },
  {
    when: 'in the middle of a frame header',
    said: `${switching()}\x81`,
    seen: '\r\n\r\n',
    // The incomplete header is not forwarded.
    expected: expectUpstreamLost,
  },
  {
    when: 'in the middle of a frame',
    said: `${switching()}\x81\x7dabc`,
    seen: 'abc',
    expected: expectCutFrame,
  },
  {
    when: 'after a close frame',
    said: `${switching()}\x88\x02\x03\xe8`,
    seen: '\x88\x02\x03\xe8',
    expected: expectClosed,
  },
  {
    when: 'in the middle of a body with a length',
    said: `${answer}Content-Length: 9\r\n\r\nabc`,
    seen: 'abc',
    expected: expectCutAnswer,
  },
  {
    when: 'in the middle of a chunk',
    said: `${answer}Transfer-Encoding: chunked\r\n\r\n9\r\nabc`,
    seen: 'abc',
    expected: expectCutAnswer,
  },
  {
    when: 'before the last chunk',
    said: `${answer}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`,
    seen: 'abc',
    expected: expectCutAnswer,
  },
];

function leaves({ when, said, seen, expected }: Step, { way, leave }: Way): AttackCase {
  return {
    name: `the upstream disconnects with ${way} ${when}`,
    run: async (sandbox) => {
      const asked: Socket[] = [];
      const answers = onRequest((socket) => {
        asked.push(socket);
        socket.write(said, 'latin1');
        if (seen === undefined) leave(socket);
      });
      const upstream = await sandbox.prepare({ upstream: answers });
      const client = await sandbox.connect();
      const received = untilClosed(client);
      client.write(sandbox.handshake());
      if (seen !== undefined) {
        await untilReceived(client, seen);
        for (const socket of asked) leave(socket);
      }
      expected(await received);
      assert.equal(upstream.connections, 1);
    },
  };
}

function expectBadHandshake(received: Received): void {
  expectRefusal(received, 502, 'upstream_bad_handshake');
}

function expectUpstreamLost({ text }: Received): void {
  assert.ok(expectOneAnswer(text, 101).body.endsWith('\x88\x0f\x03\xf5upstream lost'), text);
}

function expectCutFrame({ text }: Received): void {
  assert.doesNotMatch(expectOneAnswer(text, 101).body, /\x88|upstream lost/);
}

function expectClosed({ text }: Received): void {
  assert.equal(expectOneAnswer(text, 101).body, '\x88\x02\x03\xe8');
}

/** A truncated answer must not look complete. */
function expectCutAnswer({ text }: Received): void {
  const { body, headers } = expectOneAnswer(text, 404);
  assert.match(body, /^(?:3\r\n)?abc(?:\r\n)?$/);
  assert.ok(headers['content-length'] === '9' || headers['transfer-encoding'] === 'chunked', text);
}

/** The upstream closes before the request, whether or not the gateway has noticed that it connected. */
function expectUnreachable({ text }: Received): void {
  const { status, body } = expectOneAnswer(text, 502);
  const { code } = JSON.parse(body) as { code: string };
  assert.ok(['upstream_refused', 'upstream_bad_handshake'].includes(code), `${status} ${code}`);
}

const beforeAsked: AttackCase[] = closes.flatMap(({ way, leave }) => [
  {
    name: `the upstream disconnects with ${way} before the request`,
    run: async (sandbox) => {
      await sandbox.prepare({ upstream: leave });
      expectUnreachable(await sandbox.send(sandbox.handshake()));
    },
  },
  {
    name: `the upstream disconnects with ${way} in the middle of the TLS handshake`,
    run: async (sandbox) => {
      const onHello: Behaviour = (socket) => socket.once('data', () => leave(socket));
      await sandbox.prepare({
        upstream: onHello,
        route: ({ url }) => ({ upstreams: [{ url: url.replace('ws:', 'wss:') }] }),
      });
      expectRefusal(await sandbox.send(sandbox.handshake()), 502, 'upstream_refused');
    },
  },
]);

/**
 * The longest time for which a slot may be held after a close frame of the gateway, plus tolerance for a slow
 * machine.
 */
const maxHeldMs = 15_000;

const clientStays: AttackCase = {
  name: 'the upstream disconnects with a FIN, and the client gets 1013 but never closes its half',
  isSlow: true,
  run: async (sandbox) => {
    const asked: Socket[] = [];
    await sandbox.prepare({
      upstream: onRequest((socket) => asked.push(socket.on('error', () => undefined))),
    });
    const client = await sandbox.connect();
    client.write(sandbox.handshake());
    await until(() => asked.length > 0);
    for (const socket of asked) socket.end(switching(), 'latin1');
    await untilReceived(client, 'upstream lost');
    client.resume();
    const sinceMs = performance.now();
    await until(() => asked.every(({ closed }) => closed));
    assert.ok(performance.now() - sinceMs < maxHeldMs, 'the connection was held for longer');
  },
};

const breaksRule: AttackCase = {
  name: 'a protocol error of the upstream: the client gets 1002 at once, and its messages before its close frame still arrive',
  run: async (sandbox) => {
    const upstream = await sandbox.prepare({ upstream: answers(`${switching()}\x81\x02hi\x83\0`) });
    const client = await sandbox.connect();
    client.write(sandbox.handshake());
    const text = await untilReceived(client, 'protocol error');
    assert.ok(expectOneAnswer(text, 101).body.endsWith('\x81\x02hi\x88\x10\x03\xeaprotocol error'), text);
    const [message, close] = ['\x81\x84\0\0\0\0late', '\x88\x82\0\0\0\0\x03\xe8'];
    const received = untilClosed(client.resume());
    client.write(message + close, 'latin1');
    assert.equal((await received).text, '');
    // The message, and the gateway's close frame instead of the client's.
    await until(() => upstream.openSockets === 0);
    assert.match(upstream.received, /\x81\x84\0{4}late\x88\x90.{20}$/s);
  },
};

export const upstreamEnds: AttackFamily = {
  name: 'an upstream that disconnects',
  cases: [
    ...beforeAsked,
    ...steps.flatMap((step) => closes.map((way) => leaves(step, way))),
    clientStays,
    breaksRule,
  ],
};
