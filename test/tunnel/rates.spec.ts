import { once } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import {
  clientFrame,
  closeFramesTo,
  lanesWith,
  patient,
  upstreamFrame,
  tunnelsUnderTest,
} from '../support/joined-tunnel.js';
import { longWait } from '../support/long-wait.js';
import { untilSteady } from '../support/until-steady.js';
import type { LaneRates } from '../../libs/tunnel/traffic-lane.js';

const megabyte = 1024 * 1024;
const unlimited: LaneRates = { messagesPerSecond: null, bytesPerSecond: null };

describe.each(tunnelsUnderTest)('the rate of a tenant: $name', ({ join }) => {
  test('holds messages back at their boundary, and relays all of them over time', async () => {
    const { lanes, setRates } = lanesWith({ messagesPerSecond: 40, bytesPerSecond: null });
    const { client, upstream, tunnel } = await join(patient, { lanes });
    const frames = Array.from({ length: 60 }, (_, index) => clientFrame(`message ${index}`));
    const received = collect(upstream);
    client.write(Buffer.concat(frames));
    await vi.waitFor(() => expect(tunnel.fromClient().messages).toBeGreaterThanOrEqual(40), longWait);
    expect(tunnel.fromClient().messages).toBeLessThan(60);
    setRates(unlimited);
    const all = Buffer.concat(frames);
    await vi.waitFor(() => expect(received().equals(all)).toBe(true), longWait);
  });

  test('stops reading from the sender, which gets backpressure', async () => {
    const { lanes } = lanesWith({ messagesPerSecond: null, bytesPerSecond: 1000 });
    const { client, upstream, tunnel } = await join(patient, { lanes });
    upstream.resume();
    client.write(clientFrame(Buffer.alloc(32 * megabyte)));
    expect(await untilSteady(() => tunnel.fromClient().bytesReceived)).toBeLessThan(megabyte);
    expect(client.writableLength).toBeGreaterThan(16 * megabyte);
    expect(upstream.bytesRead).toBeLessThan(100_000);
  });

  test('a rate of bytes only splits frames anywhere, and every byte arrives', async () => {
    const { lanes, setRates } = lanesWith({ messagesPerSecond: null, bytesPerSecond: 3000 });
    const { client, upstream } = await join(patient, { lanes });
    const received = collect(client);
    const sent = Buffer.concat([upstreamFrame('x'.repeat(3500)), upstreamFrame('end')]);
    upstream.write(sent);
    await vi.waitFor(() => expect(received().length).toBeGreaterThan(3000), longWait);
    setRates(unlimited);
    await vi.waitFor(() => expect(received().equals(sent)).toBe(true), longWait);
  });

  test('is shared: a connection waits for the amount that another has used', async () => {
    const { lanes } = lanesWith({ messagesPerSecond: 5, bytesPerSecond: null });
    const [noisy, quiet] = [await join(patient, { lanes }), await join(patient, { lanes })];
    noisy.client.write(Buffer.concat(Array.from({ length: 50 }, () => clientFrame('!'))));
    await vi.waitFor(() => expect(noisy.tunnel.fromClient().messages).toBeGreaterThanOrEqual(5), longWait);
    const [first] = [firstChunk(quiet.upstream), quiet.client.write(clientFrame('me too'))];
    await first;
    expect(noisy.tunnel.fromClient().messages).toBeLessThan(50);
  });

  test('affects neither the other direction nor control frames', async () => {
    const { lanes } = lanesWith({ messagesPerSecond: 1, bytesPerSecond: null });
    lanes.fromClients.take(1, 0);
    const { client, upstream, tunnel } = await join(patient, { lanes });
    const ping = Buffer.from([0x89, 0x80, 0, 0, 0, 0]);
    const [atUpstream, atClient] = [firstChunk(upstream), firstChunk(client)];
    client.write(Buffer.concat([ping, clientFrame('held')]));
    upstream.write(upstreamFrame('free'));
    expect(await atUpstream).toEqual(ping);
    expect(await atClient).toEqual(upstreamFrame('free'));
    expect(tunnel.fromClient()).toMatchObject({ messages: 0, controlFrames: 1 });
  });

  test('closes with 1008 instead if the route requires it', async () => {
    const { lanes } = lanesWith({ messagesPerSecond: 2, bytesPerSecond: null });
    const { client, upstream, ended } = await join(
      { ...patient, closeTimeoutMs: 50 },
      { lanes, onRate: 'close' },
    );
    upstream.resume();
    client.write(Buffer.concat([clientFrame('1'), clientFrame('2'), clientFrame('3')]));
    expect(await closeFramesTo(client)).toEqual([1008, 'message rate']);
    expect(await ended).toEqual({ endedBy: 'gateway', closeCode: 1008, reason: 'message rate' });
    expect(upstream.bytesRead).toBe(2 * clientFrame('1').length + 6 + 14);
  });

  test('counts bytes relayed before a close with 1008 once, including the rest of a frame', async () => {
    const { lanes } = lanesWith({ messagesPerSecond: null, bytesPerSecond: 10 });
    const { client, upstream, tunnel, ended } = await join(
      { ...patient, closeTimeoutMs: 50 },
      { lanes, onRate: 'close' },
    );
    upstream.resume();
    client.write(clientFrame('a frame of more than ten bytes'));
    await ended;
    const { messages, bytes } = tunnel.fromClient();
    expect(messages).toBe(1);
    expect(lanes.fromClients).toMatchObject({ messages, bytes });
  });

  test('does not hold back a close of the gateway, even in the middle of a frame', async () => {
    const { lanes } = lanesWith({ messagesPerSecond: null, bytesPerSecond: 10 });
    const { client, upstream, tunnel, ended } = await join({ ...patient, closeTimeoutMs: 50 }, { lanes });
    const received = collect(upstream);
    const frame = clientFrame('a frame of more than ten bytes');
    client.write(Buffer.concat([frame, clientFrame('not this one')]));
    await vi.waitFor(() => expect(received().length).toBeGreaterThanOrEqual(10), longWait);
    tunnel.close(1008, 'key revoked');
    await ended;
    expect(received().subarray(0, frame.length).equals(frame)).toBe(true);
    expect(received()[frame.length]).toBe(0x88);
    expect(received().includes('not this one')).toBe(false);
  });

  test('does not make a held-back sender count as idle', async () => {
    const { lanes, setRates } = lanesWith({ messagesPerSecond: 1, bytesPerSecond: null });
    lanes.fromClients.take(1, 0);
    const { client, upstream, tunnel } = await join({ ...patient, idleMs: 50 }, { lanes });
    lanes.fromClients.setRates({ messagesPerSecond: 1, bytesPerSecond: null });
    const arrived = firstChunk(upstream);
    client.write(clientFrame('held'));
    await arrived;
    expect(tunnel.isClosing).toBe(false);
    setRates(unlimited);
    expect(await closeFramesTo(client)).toEqual([1001, 'idle timeout']);
  });

  test('a connection that ends while it waits leaves the queue', async () => {
    const { lanes } = lanesWith({ messagesPerSecond: 1, bytesPerSecond: null });
    lanes.fromClients.take(1, 0);
    const gone = await join({ ...patient, closeTimeoutMs: 20 }, { lanes });
    gone.client.write(clientFrame('held'));
    await vi.waitFor(() => expect(lanes.fromClients.waiting).toBe(1), longWait);
    gone.client.resetAndDestroy();
    gone.upstream.resetAndDestroy();
    gone.tunnel.close(1000, '');
    await gone.ended;
    expect(lanes.fromClients.waiting).toBe(0);
  });
});

function collect(socket: NodeJS.ReadableStream): () => Buffer {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.resume();
  return () => Buffer.concat(chunks);
}

async function firstChunk(socket: NodeJS.ReadableStream): Promise<Buffer> {
  socket.resume();
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return chunk;
}
