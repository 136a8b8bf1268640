import assert from 'node:assert/strict';
import type { AttackCase, AttackFamily } from '../attack-case.js';
import { joins } from '../behaviours.js';
import { expectOneAnswer } from '../expectations.js';
import { until } from '../until.js';

const hello = `00000000${Buffer.from('hello').toString('hex')}`;
const closeOf1000 = '88820000000003e8';

/** A joined client sends allowed frames and then a forbidden one: only the first part reaches the upstream. */
function forbidden(name: string, frame: string, allowed = ''): AttackCase {
  return {
    name,
    run: async (arena) => {
      const upstream = await arena.prepare({ upstream: joins });
      const frames = Buffer.from(allowed + frame, 'hex').toString('latin1');
      const { text } = await arena.send(arena.handshake() + frames);
      assert.equal(expectOneAnswer(text, 101).body, '\x88\x10\x03\xeaprotocol error');
      await until(() => upstream.openSockets === 0);
      const received = upstream.received.slice(upstream.received.indexOf('\r\n\r\n') + 4);
      const passed = Buffer.from(allowed, 'hex').toString('latin1');
      assert.ok(received.startsWith(passed), 'what came before the frame is lost');
      assert.doesNotMatch(received.slice(passed.length), /hello/);
    },
  };
}

const rules: AttackCase[] = [
  forbidden('a length of 5 in 16 bits', `82fe0005${hello}`),
  forbidden('a length of 5 in 64 bits', `82ff0000000000000005${hello}`),
  forbidden('a reserved bit that no extension uses', `c285${hello}`),
  forbidden('a reserved bit on a ping', `c985${hello}`),
  forbidden('a message behind a close frame', `8285${hello}`, closeOf1000),
  forbidden('the rest of a message behind a close frame', `8085${hello}`, `028000000000${closeOf1000}`),
];

export const frames: AttackFamily = { name: 'frames', cases: rules };
