import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { AttackCase, AttackFamily } from '../attack-case.js';
import { badHandshake, headersTooLarge, admitted, refused, withLines } from '../case-builders.js';
import { expectOneAnswer } from '../expectations.js';
import { until } from '../until.js';
import { untilReceived } from '../received.js';

const cases: AttackCase[] = [
  refused('a header field of 100 KB', withLines(`X-Large: ${'a'.repeat(100_000)}`), headersTooLarge),
  refused('a header of 100 KB in 1,000 fields', withLines(...fields(1000, 'a'.repeat(90))), headersTooLarge),
  refused('a name of 100 KB', withLines(`${'a'.repeat(100_000)}: a`), headersTooLarge),
  refused(
    '100 KB of white space within a value',
    withLines(`X-Large: a${' '.repeat(100_000)}a`),
    headersTooLarge,
  ),
  refused(
    '150 KB of white space before a value',
    withLines(`X-Large:${' '.repeat(150_000)}a`),
    headersTooLarge,
  ),
  refused(
    '150 KB of white space before values, spread over many fields',
    withLines(...fields(100, `${' '.repeat(1500)}a`)),
    headersTooLarge,
  ),
  refused('20,000 fields', withLines(...fields(20_000, '')), headersTooLarge),
  refused(
    'a different Host after 2,000 fields',
    withLines(...fields(2000, ''), 'Host: inside.test'),
    badHandshake,
  ),
  refused(
    '33 subprotocols',
    withLines(
      `Sec-WebSocket-Protocol: ${fields(33, '')
        .map((line) => line.replace(':', ''))
        .join(',')}`,
    ),
    badHandshake,
  ),
  refused('a subprotocol twice', withLines('Sec-WebSocket-Protocol: chat, chat'), badHandshake),
  refused('an empty subprotocol', withLines('Sec-WebSocket-Protocol: chat,,talk'), badHandshake),
  refused('a subprotocol that is not a token', withLines('Sec-WebSocket-Protocol: "chat"'), badHandshake),
  {
    name: 'a client that keeps sending after too large a head: it gets its answer, and no RST',
    run: async (sandbox) => {
      const client = await sandbox.connect();
      const errors: Error[] = [];
      client.on('error', (error) => errors.push(error));
      client.write(sandbox.handshake().slice(0, -2) + `X-Large: ${'a'.repeat(70_000)}`);
      const text = await untilReceived(client, 'headers_too_large');
      for (let count = 0; count < 20; count += 1) await send(client, 'a'.repeat(5000));
      client.resume().end();
      await until(() => client.closed);
      assert.deepEqual(errors, []);
      expectOneAnswer(text, 431);
    },
  },
  admitted('1,500 fields: the upstream gets all of them', withLines(...fields(1500, '')), {
    has: ['\r\nx-0: \r\n', '\r\nx-1499: \r\n'],
  }),
];

function fields(count: number, value: string): string[] {
  return Array.from({ length: count }, (_, index) => `x-${index}:${value}`);
}

/** Writes the bytes in a separate segment, as far as possible. */
async function send(client: Socket, bytes: string): Promise<void> {
  await new Promise((resolve) => client.write(bytes, resolve));
  await delay(1);
}

export const largeHeads: AttackFamily = { name: 'large heads', cases };
