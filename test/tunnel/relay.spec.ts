import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { socketPair } from '../support/socket-pair.js';
import { untilSteady } from '../support/until-steady.js';
import { closeFrame } from '../../libs/tunnel/own-frames.js';
import { longWait } from '../support/long-wait.js';
import {
  clientFrame,
  closeFramesTo,
  patient,
  readBytes,
  upstreamFrame,
  tunnelsUnderTest,
} from '../support/joined-tunnel.js';

describe.each(tunnelsUnderTest)('$name', ({ join, tunnelBetween }) => {
  test('relays every byte in order in both directions, including bytes from before the join', async () => {
    const [early, late] = [clientFrame('early'), clientFrame('hello')];
    const [greeting, answer] = [upstreamFrame('greeting'), upstreamFrame('world')];
    const { client, upstream } = await join(patient, { clientHead: early, upstreamHead: greeting });
    client.write(late);
    upstream.write(answer);
    const toUpstream = Buffer.concat([early, late]);
    const toClient = Buffer.concat([greeting, answer]);
    expect(await readBytes(upstream, toUpstream.length, 'hex')).toBe(toUpstream.toString('hex'));
    expect(await readBytes(client, toClient.length, 'hex')).toBe(toClient.toString('hex'));
  });

  test('stops reading from a sender whose receiver does not read, and later delivers every byte', async () => {
    const { client, upstream, tunnel } = await join(patient);
    const sent = clientFrame(randomBytes(64 * 1024 * 1024));
    upstream.pause();
    client.write(sent);
    client.end();
    const taken = await untilSteady(() => tunnel.fromClient().bytes);
    expect(taken).toBeGreaterThan(0);
    // About the size of the system's socket buffers, far less than all bytes.
    expect(taken).toBeLessThan(sent.length / 2);
    expect(await digestOf(upstream)).toBe(digest(sent));
  });

  test('forwards a FIN as a FIN, and keeps relaying the other direction', async () => {
    const { client, upstream, ended } = await join(patient);
    upstream.resume();
    client.end();
    await once(upstream, 'end');
    upstream.end(upstreamFrame('still here'));
    expect(await readAll(client)).toContain('still here');
    expect(await ended).toMatchObject({ endedBy: 'client', closeCode: 1006 });
  });

  test('ends a half-closed connection after a bounded time', async () => {
    const { client, upstream, ended } = await join({ ...patient, halfOpenTimeoutMs: 20 });
    upstream.resume();
    client.end();
    expect(await ended).toMatchObject({ endedBy: 'client' });
  });

  test('sends the client 1013 when the upstream resets', async () => {
    const { client, upstream, ended } = await join(patient);
    const frames = closeFramesTo(client);
    upstream.resetAndDestroy();
    expect(await frames).toEqual([1013, 'upstream lost']);
    client.end();
    expect(await ended).toMatchObject({ endedBy: 'upstream', closeCode: 1013 });
  });

  test('sends no close frame when the upstream disconnects in the middle of a frame', async () => {
    const { client, upstream, ended } = await join(patient);
    upstream.end(Buffer.from([0x82, 0x05, 0x01]));
    expect(await readAll(client, 'latin1')).toBe('\x82\x05\x01');
    client.end();
    expect(await ended).toEqual({ endedBy: 'upstream', closeCode: 1006, reason: null });
  });

  test("delivers a client's bytes from before its reset to the upstream, then a FIN", async () => {
    const { client, upstream, ended } = await join(patient);
    const received = readAll(upstream);
    const words = clientFrame('last words');
    client.write(words);
    await vi.waitFor(() => expect(upstream.bytesRead).toBe(words.length), longWait);
    client.resetAndDestroy();
    expect(await received).toContain('last words');
    upstream.end();
    expect(await ended).toMatchObject({ endedBy: 'client', closeCode: 1006 });
  });

  test('closes both sides with the code and reason, and waits for the answers', async () => {
    const { client, upstream, tunnel, ended } = await join(patient);
    const toClient = closeFramesTo(client);
    const toUpstream = closeFramesTo(upstream, true);
    tunnel.close(1008, 'key revoked');
    expect(await toClient).toEqual([1008, 'key revoked']);
    expect(await toUpstream).toEqual([1008, 'key revoked']);
    answerClose(client, 1008, true);
    answerClose(upstream, 1008, false);
    await Promise.all([once(client, 'end'), once(upstream, 'end')]);
    client.end();
    upstream.end();
    expect(await ended).toEqual({ endedBy: 'gateway', closeCode: 1008, reason: 'key revoked' });
  });

  test('sends a FIN to a peer that has answered its close, without waiting for its FIN', async () => {
    const { client, upstream, tunnel, ended } = await join({ ...patient, closeTimeoutMs: 600_000 });
    const closes = [closeFramesTo(client), closeFramesTo(upstream, true)];
    tunnel.close(1008, 'key revoked');
    await Promise.all(closes);
    answerClose(client, 1008, true);
    answerClose(upstream, 1008, false);
    await Promise.all([once(client, 'end'), once(upstream, 'end'), ended]);
    expect([client.destroyed, upstream.destroyed]).toEqual([false, false]);
    client.destroy();
    upstream.destroy();
  });

  test.each(['client', 'upstream'] as const)(
    'closes both sockets with the FIN of the %s after both close frames',
    async (ender) => {
      const joined = await join({ ...patient, closeTimeoutMs: 600_000 });
      const { client, upstream, ended } = joined;
      const [toClient, toUpstream] = [closeFramesTo(client), closeFramesTo(upstream, true)];
      answerClose(client, 1000, true);
      expect(await toUpstream).toEqual([1000, '']);
      answerClose(upstream, 1000, false);
      expect(await toClient).toEqual([1000, '']);
      joined[ender].end();
      const other = ender === 'client' ? upstream : client;
      await Promise.all([once(other, 'end'), ended]);
      expect(other.writableEnded).toBe(false);
      other.destroy();
    },
  );

  test('sends its close frame after the frame in progress', async () => {
    const { client, upstream, tunnel } = await join(patient);
    upstream.write(Buffer.from([0x82, 0x04, 1, 2]));
    expect(await readBytes(client, 4, 'hex')).toBe('82040102');
    tunnel.close(1001, 'gateway draining');
    upstream.write(Buffer.from([3, 4, 0x82, 0x01, 9]));
    const rest = await readBytes(client, 2 + 4 + 16, 'hex');
    expect(rest).toBe(
      `0304${Buffer.from([0x88, 18, 0x03, 0xe9]).toString('hex')}${Buffer.from('gateway draining').toString('hex')}`,
    );
  });

  test('keeps backpressure in the middle of a frame while the receiver does not read, also while a close waits', async () => {
    const { client, upstream, tunnel, ended } = await join({ ...patient, closeTimeoutMs: 500 });
    client.pause();
    upstream.write(upstreamFrame(randomBytes(64 * 1024 * 1024)).subarray(0, -1));
    await vi.waitFor(() => expect(tunnel.fromUpstream().bytes).toBeGreaterThan(0), longWait);
    tunnel.close(1001, 'gateway draining');
    await ended;
    expect(tunnel.fromUpstream().bytes).toBeLessThan(32 * 1024 * 1024);
  });

  test('destroys the sockets when peers do not answer its close in time', async () => {
    const { client, upstream, tunnel, ended } = await join({ ...patient, closeTimeoutMs: 20 });
    client.resume();
    upstream.resume();
    tunnel.close(1001, 'gateway draining');
    expect(await ended).toMatchObject({ endedBy: 'gateway', closeCode: 1001 });
  });

  test('relays a close handshake, and records its initiator and its code', async () => {
    const { client, upstream, tunnel, ended } = await join(patient);
    answerClose(client, 4000, true);
    expect(await closeFramesTo(upstream, true)).toEqual([4000, '']);
    answerClose(upstream, 4000, false);
    upstream.end();
    expect(await closeFramesTo(client)).toEqual([4000, '']);
    client.end();
    expect(await ended).toEqual({ endedBy: 'client', closeCode: 4000, reason: null });
    expect(tunnel.fromClient().bytes).toBe(8);
    expect(tunnel.fromUpstream().bytes).toBe(4);
  });

  test('closes an idle connection', async () => {
    const { client, ended } = await join({ ...patient, idleMs: 40, closeTimeoutMs: 20 });
    expect(await closeFramesTo(client)).toEqual([1001, 'idle timeout']);
    expect(await ended).toMatchObject({ endedBy: 'gateway', closeCode: 1001 });
  });

  test('closes a connection at the end of its maximum lifetime', async () => {
    const { client, ended } = await join({ ...patient, maxLifetimeMs: 30, closeTimeoutMs: 20 });
    expect(await closeFramesTo(client)).toEqual([1001, 'maximum lifetime']);
    await ended;
  });

  test('counts messages and bytes of each side', async () => {
    const { client, upstream, tunnel } = await join(patient);
    client.write(Buffer.from([0x81, 0x81, 0, 0, 0, 0, 65, 0x81, 0x80, 0, 0, 0, 0]));
    upstream.write(Buffer.from([0x82, 0x01, 7]));
    await Promise.all([readBytes(upstream, 13), readBytes(client, 3)]);
    expect(tunnel.fromClient()).toMatchObject({ messages: 2, frames: 2, controlFrames: 0, bytes: 13 });
    expect(tunnel.fromUpstream()).toMatchObject({ messages: 1, frames: 1, controlFrames: 0, bytes: 3 });
  });

  test('survives sockets that were closed before they were joined', async () => {
    const [client, nearClient] = await socketPair();
    const [nearUpstream, upstream] = await socketPair();
    nearClient.destroy();
    await once(nearClient, 'close');
    const { ended } = tunnelBetween({ client: nearClient, upstream: nearUpstream }, patient);
    upstream.resume();
    await once(upstream, 'end');
    upstream.end();
    expect(await ended).toMatchObject({ endedBy: 'client' });
    client.destroy();
  });
});

async function readAll(socket: Socket, encoding: BufferEncoding = 'utf8'): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.resume();
  await once(socket, 'end');
  return Buffer.concat(chunks).toString(encoding);
}

async function digestOf(socket: Socket): Promise<string> {
  const hash = createHash('sha256');
  socket.on('data', (chunk: Buffer) => hash.update(chunk));
  socket.resume();
  await once(socket, 'end');
  return hash.digest('hex');
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function answerClose(socket: Socket, code: number, isFromClient: boolean): void {
  socket.write(closeFrame(code, '', isFromClient ? 'upstream' : 'client'));
}
