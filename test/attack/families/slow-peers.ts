import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import type { Sandbox } from '../sandbox.js';
import type { AttackCase, AttackFamily } from '../attack-case.js';
import { onRequest, pours, answers, staysSilent, switching, type Behaviour } from '../upstream-behaviours.js';
import { expectOneAnswer, expectRefusal } from '../expectations.js';
import { until } from '../until.js';
import { untilClosed } from '../received.js';

const dribbleMs = 400;
// The default of the gateway's setting.
const maxWaitingDialsPerRoute = 500;

/**
 * The head is never complete: after the 10 seconds of `UpgradeListener` the gateway answers and disconnects
 * the client.
 */
function dribbled(name: string, bytesOf: (sandbox: Sandbox) => string): AttackCase {
  return {
    name,
    isSlow: true,
    run: async (sandbox) => {
      const upstream = await sandbox.prepare();
      const client = await sandbox.connect();
      const stop = dribble(client, bytesOf(sandbox), dribbleMs);
      const received = await untilClosed(client);
      stop();
      expectRefusal(received, 400, 'bad_handshake');
      assert.equal(upstream.connections, 0);
    },
  };
}

/** Sends all but the last 100 bytes at once, and those one by one; returns a function that stops it. */
function dribble(socket: Socket, bytes: string, everyMs: number): () => void {
  socket.write(bytes.slice(0, -100), 'latin1');
  let at = Math.max(0, bytes.length - 100);
  const timer = setInterval(() => {
    socket.write(bytes.charAt(at), 'latin1');
    at += 1;
  }, everyMs);
  return () => clearInterval(timer);
}

const heads: AttackCase[] = [
  dribbled('no byte', () => ''),
  dribbled('a head, byte by byte', (sandbox) => sandbox.handshake()),
  dribbled('a request line, byte by byte', () => `GET /${'a'.repeat(100)}`),
  dribbled(
    'an endless header field',
    (sandbox) => `${sandbox.handshake().slice(0, -2)}X-Slow: ${'a'.repeat(100)}`,
  ),
  dribbled(
    'endless white space',
    (sandbox) => `${sandbox.handshake().slice(0, -2)}X-Slow:${' '.repeat(100)}`,
  ),
  dribbled('empty lines before the request', () => '\r\n'.repeat(50)),
  dribbled('one field after the other', () => `GET / HTTP/1.1\r\n${'a:\r\n'.repeat(25)}`),
  dribbled('an HTTP/0.9 request', () => 'GET /\r\n'),
];

/** The gateway disconnects a client that keeps sending and does not close its connection. */
function clinging(name: string, bytesOf: (sandbox: Sandbox) => string): AttackCase {
  return {
    name,
    isSlow: true,
    run: async (sandbox) => {
      const upstream = await sandbox.prepare();
      const client = await sandbox.connect();
      const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
      client.write(bytesOf(sandbox), 'latin1');
      const timer = setInterval(() => client.write('x'), dribbleMs);
      client.resume();
      await closed;
      clearInterval(timer);
      assert.equal(upstream.connections, 0);
    },
  };
}

const slowAnswers: AttackCase[] = [
  clinging('a client that keeps sending after a refused upgrade', (sandbox) => sandbox.handshake('/a%00')),
  clinging('a client that keeps sending after bytes that are not HTTP', () => '\x16\x03\x01'),
  clinging('a client that keeps sending after CONNECT', () => 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n'),
  clinging(
    'a client that keeps sending after a plain request',
    ({ host }) => `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
  ),
  {
    name: 'a client that does not read an endless answer: the upstream is disconnected in time',
    run: async (sandbox) => {
      const answer = 'HTTP/1.1 404 Not Found\r\nContent-Length: 1000000000\r\n\r\n';
      const upstream = await sandbox.prepare({
        upstream: pours(answer, 'a'.repeat(10_000)),
        route: { timeouts: { handshakeMs: 500 } },
      });
      const client = await sandbox.connect();
      client.write(sandbox.handshake());
      await until(() => upstream.connections === 1);
      await until(() => upstream.openSockets === 0);
    },
  },
];

/** The upstream gets 504 after `handshakeMs` without a complete head, however it spends that time. */
function late(name: string, upstream: Behaviour): AttackCase {
  return {
    name,
    run: async (sandbox) => {
      const late = await sandbox.prepare({ upstream, route: { timeouts: { handshakeMs: 200 } } });
      expectRefusal(await sandbox.send(sandbox.handshake()), 504, 'upstream_timeout');
      await until(() => late.openSockets === 0);
    },
  };
}

function dribbles(bytes: string): Behaviour {
  return onRequest((socket) => {
    const stop = dribble(socket, bytes, 20);
    socket.once('close', stop);
  });
}

const upstreams: AttackCase[] = [
  late('a silent upstream', staysSilent),
  late('an upstream that dribbles its 101', dribbles(switching())),
  late('an upstream that dribbles a 404', dribbles('HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\n')),
  late(
    'an upstream that sends interim answers slowly',
    dribbles('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(4)),
  ),
  {
    name: 'more requests than may wait for a silent upstream',
    run: async (sandbox) => {
      const silent = await sandbox.prepare({
        upstream: staysSilent,
        route: { match: { path: '/silent' }, timeouts: { handshakeMs: 60_000 } },
      });
      await sandbox.prepare({ route: { match: { path: '/other' } } });
      const clients: Socket[] = [];
      while (clients.length < maxWaitingDialsPerRoute) {
        const client = await sandbox.connect();
        clients.push(client);
        client.write(sandbox.handshake('/silent'));
      }
      await until(() => silent.connections === maxWaitingDialsPerRoute);
      expectRefusal(await sandbox.send(sandbox.handshake('/silent')), 503, 'upstream_busy');
      expectOneAnswer((await sandbox.send(sandbox.handshake('/other'))).text, 101);
      for (const client of clients) client.resetAndDestroy();
      await until(() => silent.openSockets === 0);
    },
  },
  {
    name: 'an upstream with an endless body',
    run: async (sandbox) => {
      const upstream = await sandbox.prepare({
        upstream: answers('HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\nabc'),
        route: { timeouts: { handshakeMs: 200 } },
      });
      const { body } = expectOneAnswer((await sandbox.send(sandbox.handshake())).text, 404);
      assert.equal(body, 'abc');
      await until(() => upstream.openSockets === 0);
    },
  },
  {
    name: 'an upstream that never answers the TLS handshake',
    run: async (sandbox) => {
      const upstream = await sandbox.prepare({
        upstream: staysSilent,
        route: ({ url }) => ({
          upstreams: [{ url: url.replace('ws:', 'wss:') }],
          timeouts: { connectMs: 200 },
        }),
      });
      expectRefusal(await sandbox.send(sandbox.handshake()), 504, 'upstream_timeout');
      await until(() => upstream.openSockets === 0);
    },
  },
];

export const slowPeers: AttackFamily = {
  name: 'slow peers',
  cases: [...heads, ...slowAnswers, ...upstreams],
};
