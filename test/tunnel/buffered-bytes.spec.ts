import { describe, expect, test, vi } from 'vitest';
import {
  clientFrame,
  lanesWith,
  patient,
  tunnelsUnderTest,
  unlimited,
  upstreamFrame,
} from '../support/joined-tunnel.js';
import { longWait } from '../support/long-wait.js';

const megabyte = 1024 * 1024;

describe.each(tunnelsUnderTest)('the buffered bytes of a connection: $name', ({ join }) => {
  test('are those that a rate holds back, until they pass', async () => {
    const { lanes, setRates } = lanesWith({ messagesPerSecond: null, bytesPerSecond: 1000 });
    const { client, upstream, tunnel } = await join(patient, { lanes });
    expect(tunnel.bufferedBytes()).toBe(0);
    upstream.resume();
    client.write(clientFrame(Buffer.alloc(20_000)));
    await vi.waitFor(() => expect(tunnel.bufferedBytes()).toBeGreaterThan(0), longWait);
    setRates(unlimited);
    await vi.waitFor(() => expect(tunnel.bufferedBytes()).toBe(0), longWait);
  });

  test('are those that a slow receiver has not taken, until it reads', async () => {
    const { client, upstream, tunnel } = await join(patient);
    client.pause();
    upstream.write(upstreamFrame(Buffer.alloc(32 * megabyte)));
    await vi.waitFor(() => expect(tunnel.bufferedBytes()).toBeGreaterThan(0), longWait);
    client.resume();
    await vi.waitFor(() => expect(tunnel.fromUpstream().messages).toBe(1), longWait);
    await vi.waitFor(() => expect(tunnel.bufferedBytes()).toBe(0), longWait);
  });

  test('are none after the end', async () => {
    const { client, upstream, tunnel, ended } = await join(patient);
    client.destroy();
    upstream.destroy();
    await ended;
    expect(tunnel.bufferedBytes()).toBe(0);
  });
});
