import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { withoutPings } from '../fuzz/delivered-frames.js';
import {
  clientFrame,
  patient,
  tunnelsUnderTest,
  upstreamFrame,
  type Joined,
} from '../support/joined-tunnel.js';
import { MemoryWatch } from '../support/memory-watch.js';
import { longWait } from '../support/long-wait.js';

const megabyte = 1024 * 1024;
const filling = upstreamFrame(Buffer.alloc(1024, 1));

describe.each(tunnelsUnderTest)('$name', ({ join }) => {
  test('tiny frames for a client that does not read take no more memory than one read while other connections relay', async () => {
    const [slow, other] = [await join(patient), await join(patient)];
    slow.client.pause();
    other.client.resume();
    await fillUntilBehind(slow);
    const memory = new MemoryWatch();
    for (let sent = 0; sent < 500; sent += 1) {
      slow.upstream.write(Buffer.from([0x82, 0]));
      await relayed(other, upstreamFrame(Buffer.alloc(65_530)));
    }
    expect(memory.takeGrowth()).toBeLessThan(megabyte);
  });

  test('a client that does not read gets at most one ping', async () => {
    const peers = await join({ ...patient, pingIntervalMs: 50, closeTimeoutMs: 50 });
    const { client, upstream, tunnel } = peers;
    client.pause();
    await fillUntilBehind(peers);
    let intervals = 0;
    // The upstream reads and is pinged in each interval. The client sends something at each ping, so it is
    // alive.
    upstream.on('data', (chunk: Buffer) => {
      if (chunk[0] !== 0x89) return;
      intervals += 1;
      client.write(clientFrame('alive'));
    });
    upstream.resume();
    await vi.waitFor(() => expect(intervals).toBeGreaterThan(20), longWait);
    expect(tunnel.isClosing).toBe(false);
    // After all unread bytes there is one ping, not one for each interval.
    const relayedBytes = tunnel.fromUpstream().bytes;
    const delivered = await readUntil(client, (bytes) => bytes.length > relayedBytes && lastPings(bytes) > 0);
    expect(lastPings(delivered)).toBeLessThan(5);
  });

  test('a client that reads nothing is closed even in the middle of a frame, where it cannot be pinged', async () => {
    const peers = await join({ ...patient, pingIntervalMs: 100, closeTimeoutMs: 50 });
    peers.client.pause();
    peers.upstream.write(Buffer.from([0x82, 0x7f, 0, 0, 1, 0, 0, 0, 0, 0]));
    await fillUntilBehind(peers);
    peers.upstream.on('end', () => peers.upstream.end()).resume();
    expect(await peers.ended).toEqual({ endedBy: 'client', closeCode: 1006, reason: 'ping unanswered' });
  });
});

/** Sends until the gateway stops reading: bytes written on loopback are readable in the next turn. */
async function fillUntilBehind({ upstream, tunnel }: Joined): Promise<void> {
  const read = (): number => tunnel.fromUpstream().bytesReceived;
  for (let isRead = true; isRead;) {
    const before = read();
    upstream.write(filling);
    for (let turn = 0; turn < 20 && read() === before; turn += 1) await nextTurn();
    isRead = read() !== before;
  }
}

async function relayed({ upstream, tunnel }: Joined, frame: Buffer): Promise<void> {
  const before = tunnel.fromUpstream().bytes;
  upstream.write(frame);
  while (tunnel.fromUpstream().bytes < before + frame.length) await nextTurn();
}

async function readUntil(socket: Socket, isEnough: (bytes: Buffer) => boolean): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  await new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (isEnough(bytes)) resolve();
    });
    socket.resume();
  });
  return bytes;
}

/** The number of pings after the last frame of the upstream. */
function lastPings(bytes: Buffer): number {
  return withoutPings(bytes.subarray(bytes.lastIndexOf(filling) + filling.length)).pings.length;
}
