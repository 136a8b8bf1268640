import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { FrameSender, TunnelCounters } from '#libs/tunnel';
import {
  clientFrame,
  closeFramesTo,
  patient,
  tunnelsUnderTest,
  upstreamFrame,
  type Joined,
} from '../support/joined-tunnel.js';
import { MemoryWatch } from '../support/memory-watch.js';

const sides = ['client', 'upstream'] as const;
const megabyte = 1024 * 1024;
const million = 1_000_000;
/** A violating client gets its close frame when the upstream has closed too, or after this time. */
const quickClose = { ...patient, closeTimeoutMs: 50 };

describe.each(tunnelsUnderTest)('memory stays flat: $name', ({ join }) => {
  test('with slow readers and fast senders of 200 MB, in both directions at once', async () => {
    const { client, upstream, tunnel } = await join(patient);
    const payload = Buffer.alloc(65_536);
    const [sent, answered] = [clientFrame(payload), upstreamFrame(payload)];
    const count = (200 * megabyte) / payload.length;
    const memory = new MemoryWatch(8 * megabyte);
    await Promise.all([
      sendMany(client, sent, count),
      sendMany(upstream, answered, count),
      readSlowly(upstream, sent.length * count, memory),
      readSlowly(client, answered.length * count, memory),
    ]);
    expect(tunnel.fromClient()).toMatchObject({ messages: count, bytes: sent.length * count });
    expect(tunnel.fromUpstream()).toMatchObject({ messages: count, bytes: answered.length * count });
    memory.expectFlat();
    client.destroy();
    upstream.destroy();
  });

  test.each(sides)('with a million fragments of one byte of the %s, which form one message', async (side) => {
    const counted = await relaySlowly(await join(patient), side, fragmentsOf(side));
    expect(counted).toMatchObject({ messages: 1, frames: million, controlFrames: 0 });
  });

  test.each(sides)('with a million pings of the %s, which do not count as messages', async (side) => {
    const counted = await relaySlowly(await join(patient), side, emptyPings(side));
    expect(counted).toMatchObject({ messages: 0, frames: million, controlFrames: million });
  });

  test('with a million fragments, which end with 1009 at the one that makes the message too big', async () => {
    const limit = 500_000;
    const { client, upstream, tunnel } = await join(quickClose, {
      messageLimits: { maxMessageBytes: limit },
    });
    upstream.resume();
    client.write(fragmentsOf('client'));
    expect(await closeFramesTo(client)).toEqual([1009, 'message too big']);
    expect(tunnel.fromClient()).toMatchObject({ messages: 0, frames: limit });
    client.destroy();
    upstream.destroy();
  });
});

/** Sends the bytes from one side while the other reads slowly; resolves with the counters of the tunnel. */
async function relaySlowly(
  { client, upstream, tunnel }: Joined,
  side: FrameSender,
  bytes: Buffer,
): Promise<TunnelCounters> {
  const [from, to] = side === 'client' ? [client, upstream] : [upstream, client];
  const memory = new MemoryWatch(megabyte);
  from.write(bytes);
  await readSlowly(to, bytes.length, memory);
  memory.expectFlat();
  client.destroy();
  upstream.destroy();
  return side === 'client' ? tunnel.fromClient() : tunnel.fromUpstream();
}

/** A binary message of a million bytes, each in a separate frame. */
function fragmentsOf(side: FrameSender): Buffer {
  const frame = side === 'client' ? [0, 0x81, 0, 0, 0, 0, 7] : [0, 1, 7];
  const bytes = Buffer.alloc(million * frame.length, Buffer.from(frame));
  bytes[0] = 0x02;
  bytes[bytes.length - frame.length] = 0x80;
  return bytes;
}

function emptyPings(side: FrameSender): Buffer {
  const frame = side === 'client' ? [0x89, 0x80, 0, 0, 0, 0] : [0x89, 0];
  return Buffer.alloc(million * frame.length, Buffer.from(frame));
}

/** Writes as fast as the socket accepts. */
async function sendMany(socket: Socket, bytes: Buffer, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += 1) {
    if (socket.write(bytes)) continue;
    await new Promise((resolve) => socket.once('drain', resolve));
  }
}

/** Reads this many bytes, and waits for some turns of the event loop after each chunk. */
async function readSlowly(socket: Socket, total: number, memory: MemoryWatch): Promise<void> {
  let received = 0;
  await new Promise<void>((resolve) => {
    const readOn = async (): Promise<void> => {
      await nextTurn();
      await nextTurn();
      socket.resume();
    };
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
      memory.look(chunk.length);
      socket.pause();
      if (received >= total) resolve();
      else void readOn();
    });
    socket.resume();
  });
  expect(received).toBe(total);
}
