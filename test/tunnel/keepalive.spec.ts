import type { Socket } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import {
  clientFrame,
  countersOf,
  patient,
  readBytes,
  upstreamFrame,
  tunnelsUnderTest,
} from '../support/joined-tunnel.js';
import { withoutPings } from '../fuzz/delivered-frames.js';
import { ReceivedBytes } from '../fuzz/received-bytes.js';
import { longWait } from '../support/long-wait.js';
import type { FrameSender } from '#libs/tunnel';

const brisk = { ...patient, pingIntervalMs: 100, closeTimeoutMs: 50 };
const payloadBytes = 8;
// Longer than the pause that the timing wheel treats as a halt of the process, after which it reads first.
const idleMs = 400;
const ownControlFrames: { name: string; sender: FrameSender; frame: Buffer }[] = [
  { name: 'pings of the client', sender: 'client', frame: Buffer.from([0x89, 0x80, 0, 0, 0, 0]) },
  { name: 'unsolicited pongs of the client', sender: 'client', frame: Buffer.from([0x8a, 0x80, 0, 0, 0, 0]) },
  { name: 'pings of the upstream', sender: 'upstream', frame: Buffer.from([0x89, 0x00]) },
  { name: 'unsolicited pongs of the upstream', sender: 'upstream', frame: Buffer.from([0x8a, 0x00]) },
];

describe.each(tunnelsUnderTest)('keepalive: $name', ({ join }) => {
  test('pings both sides, does not forward their pongs, and records the round-trip time of each', async () => {
    const { client, upstream, tunnel } = await join(brisk);
    await Promise.all([answerPing(client, 'client'), answerPing(upstream, 'upstream')]);
    await vi.waitFor(() => expect(tunnel.fromClient().roundTripMs).toBeGreaterThanOrEqual(0), longWait);
    await vi.waitFor(() => expect(tunnel.fromUpstream().roundTripMs).toBeGreaterThanOrEqual(0), longWait);
    expect(tunnel.fromClient()).toMatchObject({ messages: 0, frames: 1, controlFrames: 1 });
    // The next frame at each end is the next ping or a frame of the other end: no pong was forwarded.
    const [toUpstream, toClient] = [clientFrame('hello'), upstreamFrame('world')];
    client.write(toUpstream);
    upstream.write(toClient);
    expect(await nextFrame(upstream)).toBe(toUpstream.toString('hex'));
    expect(await nextFrame(client)).toBe(toClient.toString('hex'));
  });

  test('recognizes its pong between other frames, for every chunking', async () => {
    for (let cut = 0; cut <= 14; cut += 1) {
      const { client, upstream, tunnel } = await join(brisk);
      const pong = pongTo(await readPing(client, 'client'), 'client');
      const [before, after] = [clientFrame('before'), clientFrame('after')];
      client.write(Buffer.concat([before, pong.subarray(0, cut)]));
      await vi.waitFor(() => expect(tunnel.fromClient().bytesReceived).toBe(before.length + cut), longWait);
      client.write(Buffer.concat([pong.subarray(cut), after]));
      expect(await nextFrame(upstream)).toBe(before.toString('hex'));
      expect(await nextFrame(upstream)).toBe(after.toString('hex'));
      expect(tunnel.fromClient()).toMatchObject({ messages: 2, controlFrames: 1 });
      tunnel.close(1000, '');
    }
  });

  test('forwards unsolicited pongs, also while it waits for a pong', async () => {
    const { client, upstream } = await join(brisk);
    await readPing(client, 'client');
    const foreign = [
      Buffer.from([0x8a, 0x80, 1, 2, 3, 4]),
      Buffer.from([0x8a, 0x88, 0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 1]),
      Buffer.from([0x8a, 0x83, 0, 0, 0, 0, 7, 8, 9]),
    ];
    client.write(Buffer.concat(foreign));
    for (const frame of foreign) expect(await nextFrame(upstream)).toBe(frame.toString('hex'));
  });

  test('consumes each pong to its pings once, and forwards repetitions', async () => {
    const { client, upstream, tunnel } = await join(brisk);
    const first = pongTo(await readPing(client, 'client'), 'client');
    const alive = clientFrame('alive');
    client.write(alive);
    expect(await nextFrame(upstream)).toBe(alive.toString('hex'));
    const second = pongTo(await readPing(client, 'client'), 'client');
    client.write(Buffer.concat([first, first, first, second, alive]));
    for (const frame of [first, first, alive]) expect(await nextFrame(upstream)).toBe(frame.toString('hex'));
    expect(tunnel.fromClient()).toMatchObject({ messages: 2, controlFrames: 4 });
  });

  test.each(['client', 'upstream'] as const)(
    'relays a flood of pongs of the %s completely while a ping is unanswered',
    async (side) => {
      const peers = await join({ ...patient, pingIntervalMs: 1000 });
      const [from, to] = side === 'client' ? [peers.client, peers.upstream] : [peers.upstream, peers.client];
      await readPing(from, side);
      const received = new ReceivedBytes(to);
      const pong = Buffer.from(side === 'client' ? [0x8a, 0x80, 0, 0, 0, 0] : [0x8a, 0]);
      const flood = Buffer.alloc(300_000 * pong.length, pong);
      from.resume().end(flood);
      const { bytes } = withoutPings(await received.takeRest());
      expect(bytes.subarray(0, flood.length).equals(flood)).toBe(true);
      expect(countersOf(peers, side)).toMatchObject({ frames: 300_000, controlFrames: 300_000 });
    },
  );

  test('sends a ping between two frames, never within a frame', async () => {
    const { client, upstream, tunnel } = await join({ ...brisk, pingIntervalMs: 60 });
    const frame = upstreamFrame(Buffer.alloc(200, 1));
    upstream.write(frame.subarray(0, 50));
    expect(await readBytes(client, 50, 'hex')).toBe(frame.subarray(0, 50).toString('hex'));
    // The upstream's ping has arrived, so the client's ping was due too.
    await readPing(upstream, 'upstream');
    upstream.write(frame.subarray(50));
    expect(await readBytes(client, frame.length - 50, 'hex')).toBe(frame.subarray(50).toString('hex'));
    await readPing(client, 'client');
    expect(tunnel.isClosing).toBe(false);
  });

  test('closes the connection of a client that does not answer, and the upstream gets a FIN', async () => {
    const { client, upstream, tunnel, ended } = await join(brisk);
    client.pause();
    keepAnswering(upstream, 'upstream');
    upstream.on('end', () => upstream.end());
    expect(await ended).toEqual({ endedBy: 'client', closeCode: 1006, reason: 'ping unanswered' });
    expect(tunnel.fromClient().roundTripMs).toBeNull();
  });

  test('closes the connection of an upstream that does not answer, and the client gets 1013', async () => {
    const { client, upstream, ended } = await join(brisk);
    upstream.pause();
    const frames = collect(client);
    keepAnswering(client, 'client');
    client.on('end', () => client.end());
    expect(await ended).toMatchObject({ endedBy: 'upstream', closeCode: 1013 });
    expect(frames().includes('upstream lost')).toBe(true);
  });

  test('a peer that answered while this process was stopped is alive when the process resumes', async () => {
    const { client, upstream, tunnel } = await join(brisk);
    let answered = 0;
    for (const [socket, side] of [
      [client, 'client'],
      [upstream, 'upstream'],
    ] as const) {
      keepAnswering(socket, side);
      socket.on('data', () => {
        answered += 1;
        // Both pongs are in flight and unread when the next ping is due.
        if (answered % 2 === 0) standStill(4 * brisk.pingIntervalMs);
      });
    }
    await vi.waitFor(() => expect(answered).toBeGreaterThan(9), longWait);
    expect(tunnel.isClosing).toBe(false);
  });

  test('a peer that sends any bytes is alive, even if it answers no ping', async () => {
    const { client, upstream, tunnel } = await join(brisk);
    keepAnswering(upstream, 'upstream');
    let pings = 0;
    client.resume();
    client.on('data', () => {
      pings += 1;
      client.write(clientFrame('busy'));
    });
    await vi.waitFor(() => expect(pings).toBeGreaterThan(5), longWait);
    expect(tunnel.isClosing).toBe(false);
    expect(tunnel.fromClient().roundTripMs).toBeNull();
  });

  test('pings of the gateway and the pongs to them do not keep an idle connection open', async () => {
    const { client, upstream, ended } = await join({ ...brisk, pingIntervalMs: 40, idleMs: 300 });
    keepAnswering(client, 'client');
    keepAnswering(upstream, 'upstream');
    expect(await ended).toMatchObject({ endedBy: 'gateway', closeCode: 1001, reason: 'idle timeout' });
  });

  test.each(ownControlFrames)('$name keep a connection open', async ({ sender, frame }) => {
    const { client, upstream, tunnel, ended } = await join({ ...patient, idleMs, closeTimeoutMs: 50 });
    const [from, to] = sender === 'client' ? [client, upstream] : [upstream, client];
    // Sends the next frame when the previous one has been relayed.
    to.on('data', () => from.write(frame)).resume();
    from.write(frame);
    const sinceMs = performance.now();
    await vi.waitFor(() => expect(performance.now() - sinceMs).toBeGreaterThan(3 * idleMs), longWait);
    expect(tunnel.isClosing).toBe(false);
    to.removeAllListeners('data');
    expect(await ended).toMatchObject({ endedBy: 'gateway', closeCode: 1001, reason: 'idle timeout' });
  });

  test('no peer is pinged after a close frame', async () => {
    const limits = { ...brisk, pingIntervalMs: 50, closeTimeoutMs: 400 };
    const { client, upstream, tunnel, ended } = await join(limits);
    const [atClient, atUpstream] = [collect(client), collect(upstream)];
    tunnel.close(1001, 'gateway draining');
    client.on('end', () => client.end());
    upstream.on('end', () => upstream.end());
    await ended;
    expect(atClient()).toHaveLength(2 + 2 + 'gateway draining'.length);
    expect(atUpstream()).toHaveLength(2 + 4 + 2 + 'gateway draining'.length);
  });
});

/** The unmasked payload of the next frame, which must be a ping. */
async function readPing(socket: Socket, side: FrameSender): Promise<Buffer> {
  const isMasked = side === 'upstream';
  const frame = Buffer.from(await readBytes(socket, (isMasked ? 6 : 2) + payloadBytes, 'hex'), 'hex');
  expect(frame[0]).toBe(0x89);
  expect(frame[1]).toBe((isMasked ? 0x80 : 0) | payloadBytes);
  return unmasked(frame, isMasked);
}

function unmasked(frame: Buffer, isMasked: boolean): Buffer {
  if (!isMasked) return frame.subarray(2);
  const mask = frame.subarray(2, 6);
  return Buffer.from(frame.subarray(6).map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
}

function pongTo(payload: Buffer, side: FrameSender): Buffer {
  if (side === 'upstream') return Buffer.concat([Buffer.from([0x8a, payload.length]), payload]);
  const mask = Buffer.from([9, 8, 7, 6]);
  const masked = Buffer.from(payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
  return Buffer.concat([Buffer.from([0x8a, 0x80 | payload.length]), mask, masked]);
}

async function answerPing(socket: Socket, side: FrameSender): Promise<void> {
  socket.write(pongTo(await readPing(socket, side), side));
}

/** Answers each ping that arrives alone in a chunk. */
function keepAnswering(socket: Socket, side: FrameSender): void {
  socket.on('data', (chunk: Buffer) => {
    if (chunk[0] === 0x89) socket.write(pongTo(unmasked(chunk, side === 'upstream'), side));
  });
  socket.resume();
}

function standStill(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** The next short frame that is not a ping of the gateway, in hexadecimal. */
async function nextFrame(socket: Socket): Promise<string> {
  const header = Buffer.from(await readBytes(socket, 2, 'hex'), 'hex');
  const second = header[1] ?? 0;
  const rest = await readBytes(socket, (second & 0x80 ? 4 : 0) + (second & 0x7f), 'hex');
  return header[0] === 0x89 ? nextFrame(socket) : header.toString('hex') + rest;
}

function collect(socket: Socket): () => Buffer {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.resume();
  return () => Buffer.concat(chunks);
}
