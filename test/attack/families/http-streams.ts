import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { AttackCase, AttackFamily } from '../attack-case.js';
import {
  chunked,
  expectForwarded,
  keptOpen,
  ordinary,
  prepareHttp,
  statusesIn,
  wholeRequests,
  type ExpectedHttp,
} from '../http-cases.js';
import { expectOneAnswer, expectRefusal } from '../expectations.js';
import type { Sandbox } from '../sandbox.js';
import { pours } from '../upstream-behaviours.js';
import { until, untilSteady } from '../until.js';

// What sockets and streams between both ends may hold; without backpressure it would grow forever.
const maxHeldBytes = 64 * 2 ** 20;

const streams: AttackCase[] = [
  {
    name: 'an upload of 10 GB to an upstream that does not read',
    isSlow: true,
    run: async (sandbox) => {
      const sockets: Socket[] = [];
      const upstream = await prepareHttp(sandbox, {}, (socket) => void sockets.push(socket.pause()));
      const client = await sandbox.connect();
      client.resume();
      client.write(keptOpen('POST', [`Content-Length: ${10 * 2 ** 30}`])(sandbox));
      const block = Buffer.alloc(2 ** 20);
      let sent = 0;
      const send = (): void => {
        do sent += block.length;
        while (!client.destroyed && client.write(block));
      };
      client.on('drain', send);
      send();
      assert.ok((await untilSteady(() => sent)) < maxHeldBytes, `${sent} bytes were read`);
      client.resetAndDestroy();
      for (const socket of sockets) socket.resume();
      await until(() => upstream.openSockets === 0);
    },
  },
  {
    name: 'a client that does not read a large answer',
    isSlow: true,
    run: async (sandbox) => {
      let written = 0;
      const head = 'HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n';
      const upstream = await prepareHttp(sandbox, {}, (socket) => {
        pours(head, 'a'.repeat(100_000))(socket);
        const write = socket.write.bind(socket);
        Object.assign(socket, {
          write: (...parameters: Parameters<typeof write>): boolean => {
            written += 100_000;
            return write(...parameters);
          },
        });
      });
      const client = await sandbox.connect();
      client.pause().write(ordinary('GET', [])(sandbox));
      assert.ok((await untilSteady(() => written)) < maxHeldBytes, `${written} bytes were read`);
      client.resetAndDestroy();
      await until(() => upstream.openSockets === 0);
    },
  },
  ...[
    { how: 'by a length', sent: ordinary('POST', ['Content-Length: 100'], 'abc') },
    { how: 'in chunks', sent: chunked('3\r\nabc\r\n') },
  ].map(({ how, sent }): AttackCase => ({
    name: `a client that leaves in the middle of an upload ${how}`,
    run: async (sandbox) => {
      const upstream = await prepareHttp(sandbox);
      const client = await sandbox.connect();
      client.write(sent(sandbox));
      await until(() => upstream.received.includes('abc'));
      client.resetAndDestroy();
      await until(() => upstream.openSockets === 0);
      assert.deepEqual(wholeRequests(upstream), []);
    },
  })),
  {
    name: 'a client that ends its side in the middle of an upload',
    run: async (sandbox) => {
      const upstream = await prepareHttp(sandbox);
      const client = await sandbox.connect();
      client.resume().end(ordinary('POST', ['Content-Length: 100'], 'abc')(sandbox));
      await until(() => client.closed);
      await until(() => upstream.openSockets === 0);
      assert.deepEqual(wholeRequests(upstream), []);
    },
  },
  {
    name: 'many pipelined requests, of which the upstream gets one at a time',
    run: async (sandbox) => {
      const upstream = await prepareHttp(sandbox, { timeouts: { responseMs: 300 } }, () => undefined);
      const client = await sandbox.connect();
      const answered = once(client, 'data');
      client.write(keptOpen('GET', [])(sandbox).repeat(200));
      const [answer] = (await answered) as [Buffer];
      assert.deepEqual(statusesIn(answer.toString('latin1')), [504]);
      assert.equal(wholeRequests(upstream).length, 1);
      client.destroy();
      await until(() => upstream.openSockets === 0);
    },
  },
];

/** The request is admitted by the key, and no part of a key goes upstream. */
function admittedByKey(
  name: string,
  sent: (sandbox: Sandbox, key: string) => string,
  expected: ExpectedHttp,
): AttackCase {
  return {
    name,
    run: async (sandbox) => {
      const key = await sandbox.gateway.issueKey();
      const upstream = await prepareHttp(sandbox, { auth: { mode: 'apiKey' } });
      const { text } = await sandbox.send(sent(sandbox, key));
      expectOneAnswer(text, 200);
      const [request] = wholeRequests(upstream);
      expectForwarded(request, { ...expected, hasNot: /slc_|api.key/i });
    },
  };
}

const body = ['Content-Length: 3', 'Authorization: Bearer a.b.c'];

const credentials: AttackCase[] = [
  admittedByKey(
    "a key beside the application's bearer token",
    (sandbox, key) => ordinary('POST', [`X-Api-Key: ${key}`, ...body], 'abc')(sandbox),
    { body: 'abc', fields: { authorization: ['Bearer a.b.c'] } },
  ),
  admittedByKey(
    'a key as bearer token',
    (sandbox, key) => ordinary('POST', [`Authorization: Bearer ${key}`, 'Content-Length: 3'], 'abc')(sandbox),
    { body: 'abc', fields: { authorization: [] } },
  ),
  admittedByKey(
    'a key in the query',
    (sandbox, key) => ordinary('GET', [])(sandbox).replace('GET / ', `GET /?a=1&api_key=${key}&b=2 `),
    { target: '/?a=1&b=2' },
  ),
  admittedByKey(
    'a key in a disguised field too',
    (sandbox, key) =>
      ordinary('GET', [`X-Api-Key: ${key}`, `X_Api_Key: ${key}`, `x.api.key: ${key}`])(sandbox),
    {},
  ),
  admittedByKey(
    'a key in a trailer too',
    (sandbox, key) => chunked(`3\r\nabc\r\n0\r\nX-Api-Key: ${key}\r\n\r\n`, `X-Api-Key: ${key}`)(sandbox),
    { body: 'abc' },
  ),
  {
    name: 'a key in a trailer alone, which admits nobody',
    run: async (sandbox) => {
      const key = await sandbox.gateway.issueKey();
      const upstream = await prepareHttp(sandbox, { auth: { mode: 'apiKey' } });
      const sent = chunked(`3\r\nabc\r\n0\r\nX-Api-Key: ${key}\r\n\r\n`);
      expectRefusal(await sandbox.send(sent(sandbox)), 401, 'key_required');
      assert.equal(upstream.connections, 0);
    },
  },
  {
    name: 'a WebSocket after an ordinary request, with fields of the first one',
    run: async (sandbox) => {
      const upstream = await prepareHttp(sandbox);
      const first = ordinary('GET', ['X-First: 1'])(sandbox);
      const second = sandbox.handshake('/', { 'X-Second': '1' });
      const { text } = await sandbox.send(first + second);
      assert.deepEqual(statusesIn(text).slice(1), []);
      assert.ok(
        upstream.receivedBy.every((bytes) => !(bytes.includes('X-First') && bytes.includes('X-Second'))),
      );
    },
  },
];

export const httpStreams: AttackFamily = {
  name: 'streams and credentials of ordinary requests',
  cases: [...streams, ...credentials],
};
