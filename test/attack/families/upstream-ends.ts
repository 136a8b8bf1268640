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

/** What the client receives when the upstream leaves after it has sent this much. */
interface Step {
  when: string;
  said: string;
  /** The upstream stays until the client has seen this: what is sent right before a RST may be lost with it. */
  seen?: string;
  expected: (received: Received) => void;
}

const answer = 'HTTP/1.1 404 Not Found\r\n';
const steps: readonly Step[] = [
  { when: 'behind the request', said: '', expected: expectBadHandshake },
  { when: 'within the status line', said: 'HTTP/1.1 10', expected: expectBadHandshake },
  { when: 'within the head', said: switching().slice(0, 60), expected: expectBadHandshake },
  { when: 'before the last LF of the head', said: switching().slice(0, -1), expected: expectBadHandshake },
  {
    when: 'behind an interim answer',
    said: 'HTTP/1.1 103 Early Hints\r\n\r\n',
    expected: expectBadHandshake,
  },
  { when: 'behind the 101', said: switching(), seen: '\r\n\r\n', expected: expectUpstreamLost },
  {
    when: 'behind a frame',
    said: `${switching()}\x81\x02hi`,
    seen: '\x81\x02hi',
    expected: expectUpstreamLost,
  },
  {
    when: 'within the header of a frame',
    said: `${switching()}\x81`,
    seen: '\r\n\r\n',
    // Nothing of the header was passed on.
    expected: expectUpstreamLost,
  },
  { when: 'within a frame', said: `${switching()}\x81\x7dabc`, seen: 'abc', expected: expectCutFrame },
  {
    when: 'behind a close frame',
    said: `${switching()}\x88\x02\x03\xe8`,
    seen: '\x88\x02\x03\xe8',
    expected: expectClosed,
  },
  {
    when: 'within a body with a length',
    said: `${answer}Content-Length: 9\r\n\r\nabc`,
    seen: 'abc',
    expected: expectCutAnswer,
  },
  {
    when: 'within a chunk',
    said: `${answer}Transfer-Encoding: chunked\r\n\r\n9\r\nabc`,
    seen: 'abc',
    expected: expectCutAnswer,
  },
  {
    when: 'behind a chunk that is not the last',
    said: `${answer}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`,
    seen: 'abc',
    expected: expectCutAnswer,
  },
];

function leaves({ when, said, seen, expected }: Step, { way, leave }: Way): AttackCase {
  return {
    name: `the upstream leaves with ${way} ${when}`,
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

/** What is missing must not look like the end of a whole answer. */
function expectCutAnswer({ text }: Received): void {
  const { body, headers } = expectOneAnswer(text, 404);
  assert.match(body, /^(?:3\r\n)?abc(?:\r\n)?$/);
  assert.ok(headers['content-length'] === '9' || headers['transfer-encoding'] === 'chunked', text);
}

/** Before anything is asked: the gateway may have connected or not. */
function expectUnreachable({ text }: Received): void {
  const { status, body } = expectOneAnswer(text, 502);
  const { code } = JSON.parse(body) as { code: string };
  assert.ok(['upstream_refused', 'upstream_bad_handshake'].includes(code), `${status} ${code}`);
}

const beforeAsked: AttackCase[] = closes.flatMap(({ way, leave }) => [
  {
    name: `the upstream leaves with ${way} before the request`,
    run: async (sandbox) => {
      await sandbox.prepare({ upstream: leave });
      expectUnreachable(await sandbox.send(sandbox.handshake()));
    },
  },
  {
    name: `the upstream leaves with ${way} within the TLS handshake`,
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

/** The longest time for which a slot may be held after a close frame of the gateway's, with time for a busy machine. */
const maxHeldMs = 15_000;

const clientStays: AttackCase = {
  name: 'the upstream leaves with a FIN, and the client that is sent 1013 never closes its half',
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
  name: 'the upstream breaks a rule: the client is sent 1002 at once, and what it sends until it closes arrives',
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
    // The message, and the gateway's own close frame in place of the client's.
    await until(() => upstream.openSockets === 0);
    assert.match(upstream.received, /\x81\x84\0{4}late\x88\x90.{20}$/s);
  },
};

export const upstreamEnds: AttackFamily = {
  name: 'an upstream that leaves',
  cases: [
    ...beforeAsked,
    ...steps.flatMap((step) => closes.map((way) => leaves(step, way))),
    clientStays,
    breaksRule,
  ],
};
