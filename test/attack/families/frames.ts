import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AttackCase, AttackFamily } from '../attack-case.js';
import { joins, joinsAndSends } from '../upstream-behaviours.js';
import { expectOneAnswer } from '../expectations.js';
import { until } from '../until.js';
import { untilClosed, untilReceived } from '../received.js';

const hello = `00000000${Buffer.from('hello').toString('hex')}`;
const closeOf1000 = '88820000000003e8';

/**
 * A connected client sends allowed frames and then a forbidden one: only the allowed ones reach the upstream.
 */
function forbidden(name: string, frame: string, allowed = ''): AttackCase {
  return {
    name,
    // The upstream got a close frame, and has time to answer it.
    isSlow: allowed.endsWith(closeOf1000),
    run: async (sandbox) => {
      const upstream = await sandbox.prepare({ upstream: joins });
      const frames = Buffer.from(allowed + frame, 'hex').toString('latin1');
      const { text } = await sandbox.send(sandbox.handshake() + frames);
      assert.equal(expectOneAnswer(text, 101).body, '\x88\x10\x03\xeaprotocol error');
      await until(() => upstream.openSockets === 0);
      const received = upstream.received.slice(upstream.received.indexOf('\r\n\r\n') + 4);
      const passed = Buffer.from(allowed, 'hex').toString('latin1');
      assert.ok(received.startsWith(passed), 'the frames before the forbidden one are lost');
      assert.doesNotMatch(received.slice(passed.length), /hello/);
    },
  };
}

/** The same, with each byte of the forbidden frame in a separate segment. */
function forbiddenInPieces(name: string, frame: string): AttackCase {
  return {
    name: `${name}, byte by byte`,
    run: async (sandbox) => {
      const upstream = await sandbox.prepare({ upstream: joins });
      const client = await sandbox.connect();
      client.write(sandbox.handshake());
      await untilReceived(client, '\r\n\r\n');
      const received = untilClosed(client);
      for (const byte of Buffer.from(frame, 'hex')) {
        client.write(Buffer.of(byte));
        await nextTurn();
      }
      assert.equal((await received).text, '\x88\x10\x03\xeaprotocol error');
      await until(() => upstream.openSockets === 0);
      const [first] = upstream.received.slice(upstream.received.indexOf('\r\n\r\n') + 4);
      assert.ok(first === undefined || first === '\x88', 'a part of the frame reached the upstream');
    },
  };
}

const rules: AttackCase[] = [
  forbidden('a length of 5 in 16 bits', `82fe0005${hello}`),
  forbidden('a length of 5 in 64 bits', `82ff0000000000000005${hello}`),
  forbidden('a reserved bit that no extension uses', `c285${hello}`),
  forbidden('a reserved bit on a ping', `c985${hello}`),
  forbiddenInPieces('a length of 2⁶³', 'c2ff800000000000000000000000'),
  forbiddenInPieces('a length of 5 in 64 bits', '82ff000000000000000500000000'),
  forbidden('a message after a close frame', `8285${hello}`, closeOf1000),
  forbidden('the rest of a message after a close frame', `8085${hello}`, `028000000000${closeOf1000}`),
];

const floods: AttackCase[] = [
  {
    name: 'a flood of unsolicited pongs: other connections still get answers',
    run: async (sandbox) => {
      const keepalive = { pingIntervalMs: 200 };
      await sandbox.prepare({ upstream: joins, route: { match: { path: '/flooded' }, keepalive } });
      await sandbox.prepare({ upstream: joinsAndSends, route: { match: { path: '/other' } } });
      const flooder = await sandbox.connect();
      flooder.write(sandbox.handshake('/flooded'));
      await untilReceived(flooder, '\x89');
      const stop = flood(flooder, Buffer.from('8a8000000000', 'hex'));
      const other = await sandbox.connect();
      other.write(sandbox.handshake('/other'));
      await untilReceived(other, '\r\n\r\n');
      for (let answers = 0; answers < 300; answers += 1) {
        other.write('\x81\x85\0\0\0\0hello', 'latin1');
        await untilReceived(other, 'hello');
      }
      stop();
    },
  },
];

/** Sends five megabytes of this frame each second; returns a function that stops it. */
function flood(socket: Socket, frame: Buffer): () => void {
  const everyMs = 10;
  const chunk = Buffer.alloc(Math.ceil((5_000_000 * everyMs) / 1000 / frame.length) * frame.length, frame);
  const timer = setInterval(() => socket.write(chunk), everyMs);
  return () => clearInterval(timer);
}

export const frames: AttackFamily = { name: 'frames', cases: [...rules, ...floods] };
