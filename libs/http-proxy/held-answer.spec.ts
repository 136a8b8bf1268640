import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { handshakeWithUpstream } from '#libs/handshake';
import { MemoryWatch } from '../../test/support/memory-watch.js';
import { socketPair, upstreamPair } from '../../test/support/socket-pair.js';
import { forwardAnswer } from './forward-answer.js';

const megabyte = 1024 * 1024;
const offer = { key: 'dGhlIHNhbXBsZSBub25jZQ==', offeredProtocols: [], offeredExtensions: [] };
// More bytes than five consecutive buffers of 16 KiB can hold.
const singleBytes = 90_000;

test.each([
  ['with a length', 'Content-Length: 1000000000'],
  ['until it closes', 'Connection: close'],
])(
  'an answer %s that arrives in single bytes uses no more memory than its size while the client does not read',
  async (_name, field) => {
    const [client, nearClient] = await socketPair({ highWaterMark: 1 });
    const [nearUpstream, upstream] = await upstreamPair();
    onTestFinished(() => {
      for (const socket of [client, nearClient, nearUpstream, upstream]) socket.destroy();
    });
    upstream.write(`HTTP/1.1 404 Not Found\r\n${field}\r\n\r\n`);
    const handshake = await handshakeWithUpstream({
      socket: nearUpstream,
      head: 'GET / HTTP/1.1\r\n\r\n',
      offer,
      handshakeMs: 10_000,
    });
    if (handshake.ok || handshake.code !== 'not_switched') throw new Error(JSON.stringify(handshake));
    const { answer, rest } = handshake;
    void forwardAnswer({ client: nearClient, upstream: nearUpstream, answer, rest, timeoutMs: 60_000 });
    await fill(upstream, nearClient);
    const memory = new MemoryWatch();
    for (let sent = 0; sent < singleBytes; sent += 1) {
      upstream.write('x');
      await nextTurn();
    }
    expect(memory.takeGrowth()).toBeLessThan(megabyte);
  },
);

/** Sends until bytes wait for the client, so that the next bytes must wait before them. */
async function fill(upstream: Socket, client: Socket): Promise<void> {
  const part = Buffer.alloc(1024);
  while (client.writableLength === 0) {
    upstream.write(part);
    await nextTurn();
  }
}
