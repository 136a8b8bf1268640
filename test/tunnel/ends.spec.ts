import { describe, expect, test, vi } from 'vitest';
import {
  clientFrame,
  closeFramesTo,
  closeFrom,
  countersOf,
  lanesWith,
  messageFrom,
  otherSide,
  patient,
  untilFinRead,
  upstreamFrame,
  type Joined,
  tunnelsUnderTest,
} from '../support/joined-tunnel.js';
import { longWait } from '../support/long-wait.js';
import { withoutPings } from '../fuzz/delivered-frames.js';
import { ReceivedBytes } from '../fuzz/received-bytes.js';
import { closeFrame } from '../../libs/tunnel/own-frames.js';
import type { FrameSender } from '#libs/tunnel';

const sides = ['client', 'upstream'] as const;
const unlimited = { messagesPerSecond: null, bytesPerSecond: null };
const oneMessage = { messagesPerSecond: 1, bytesPerSecond: null };
const oneHundredBytes = { messagesPerSecond: null, bytesPerSecond: 100 };
/** Limits that no test reaches: a test that waits for one of them fails. */
const noTimeLimits = { ...patient, closeTimeoutMs: 600_000, halfOpenTimeoutMs: 600_000 };
/** With these limits a connection ends only by the time limit of a close. */
const quickClose = { ...patient, closeTimeoutMs: 50, halfOpenTimeoutMs: 600_000 };
const lost = closeFrame(1013, 'upstream lost', 'client');

describe.each(tunnelsUnderTest)('$name', ({ join }) => {
  describe.each(['ws', 'wss'])(
    'an end after bytes that the rate holds back, with an upstream over %s',
    (scheme) => {
      const upstreamSocket = { isTls: scheme === 'wss' };

      /**
       * Waits until the gateway has read all bytes, and the FIN if the implementation keeps reading while a
       * rate holds bytes back.
       */
      const untilRead = async (peers: Joined, side: FrameSender, sent: Buffer): Promise<void> => {
        const isRead = (): boolean => countersOf(peers, side).bytesReceived === sent.length;
        await vi.waitFor(() => expect(isRead()).toBe(true), longWait);
        const isLent = side === 'upstream' && scheme === 'ws';
        if (!isLent) await untilFinRead(peers, side);
      };

      describe.each([
        ['messages', oneMessage],
        ['bytes', oneHundredBytes],
      ])('a rate of %s', (_unit, rates) => {
        test.each(sides)(
          'a FIN of the %s is forwarded after all held-back bytes and the close frame',
          async (side) => {
            const { lanes, setRates } = lanesWith(rates);
            const peers = await join(noTimeLimits, { lanes }, upstreamSocket);
            const { tunnel, ended } = peers;
            const received = new ReceivedBytes(peers[otherSide(side)]);
            const sent = Buffer.concat([...messagesOf(side, 20), closeFrom(side, 1000)]);
            peers[side].end(sent);
            const first = await received.take(1);
            await untilRead(peers, side, sent);
            expect(countersOf(peers, side).bytes).toBeLessThan(sent.length);
            expect(countersOf(peers, side).messages).toBeLessThan(20);
            expect(tunnel.isClosing).toBe(false);

            setRates(unlimited);
            expect(Buffer.concat([first, await received.takeRest()])).toEqual(sent);
            peers[otherSide(side)].end();
            expect(await ended).toEqual({ endedBy: side, closeCode: 1000, reason: null });
            expect(countersOf(peers, side)).toMatchObject({
              messages: 20,
              frames: 21,
              controlFrames: 1,
              bytes: sent.length,
            });
          },
        );
      });

      test('a client gets 1013 after all bytes that the upstream sent before its FIN', async () => {
        const { lanes, setRates } = lanesWith(oneMessage);
        const peers = await join(noTimeLimits, { lanes }, upstreamSocket);
        const { client, upstream, ended } = peers;
        const received = new ReceivedBytes(client);
        const sent = Buffer.concat(messagesOf('upstream', 20));
        upstream.end(sent);
        const first = await received.take(1);
        await untilRead(peers, 'upstream', sent);
        setRates(unlimited);
        expect(Buffer.concat([first, await received.takeRest()])).toEqual(Buffer.concat([sent, lost]));
        client.end();
        expect(await ended).toMatchObject({ endedBy: 'upstream', closeCode: 1013 });
      });

      test.each(sides)(
        'a close of the gateway does not wait for held-back bytes: the rest of the %s is dropped',
        async (side) => {
          const { lanes, ofTenant } = lanesWith(oneMessage);
          const peers = await join(noTimeLimits, { lanes }, upstreamSocket);
          const received = new ReceivedBytes(peers[otherSide(side)]);
          const messages = messagesOf(side, 20);
          const sent = Buffer.concat(messages);
          peers[side].resume().end(sent);
          const first = await received.take(1);
          await untilRead(peers, side, sent);
          const { messages: passed } = countersOf(peers, side);
          peers.tunnel.close(1008, 'key revoked');
          const rest = await received.takeRest();
          peers[otherSide(side)].end();
          expect(await peers.ended).toEqual({ endedBy: 'gateway', closeCode: 1008, reason: 'key revoked' });
          const all = Buffer.concat([first, rest]);
          const delivered = Buffer.concat(messages.slice(0, passed));
          expect(all.subarray(0, delivered.length)).toEqual(delivered);
          expect(all.subarray(delivered.length, delivered.length + 1)).toEqual(Buffer.from([0x88]));
          expect(all.includes(`message ${passed}`)).toBe(false);
          expect(countersOf(peers, side)).toMatchObject({ messages: passed, bytes: delivered.length });
          expect(ofTenant[side === 'client' ? 'fromClients' : 'fromUpstreams']).toMatchObject({
            messages: passed,
          });
        },
      );
    },
  );

  test('a client that has sent a FIN is not closed for unanswered pings while the rate holds back its bytes', async () => {
    // The upstream must answer within this interval, also on a busy machine.
    const pingIntervalMs = 400;
    const { lanes, setRates } = lanesWith(oneHundredBytes);
    const peers = await join({ ...noTimeLimits, pingIntervalMs }, { lanes });
    const { client, upstream, ended } = peers;
    const received = new ReceivedBytes(upstream);
    // The upstream is alive, and sends something after each ping.
    upstream.on('data', () => upstream.write(upstreamFrame('here')));
    const sent = Buffer.concat([...messagesOf('client', 20), closeFrom('client', 1000)]);
    client.resume().end(sent);
    await untilFinRead(peers, 'client');
    const sinceMs = performance.now();
    await vi.waitFor(() => expect(performance.now() - sinceMs).toBeGreaterThan(5 * pingIntervalMs), longWait);
    setRates(unlimited);
    const { bytes } = withoutPings(await received.takeRest());
    expect(bytes).toEqual(sent);
    upstream.end();
    expect(await ended).toEqual({ endedBy: 'client', closeCode: 1000, reason: null });
  });

  describe('a reset of the client after bytes that the rate holds back', () => {
    test('becomes a FIN after all these bytes, if the rate lets them pass within the time limit of a close', async () => {
      const { lanes, setRates } = lanesWith(oneMessage);
      const { client, upstream, near, tunnel, ended } = await join(noTimeLimits, { lanes });
      const received = new ReceivedBytes(upstream);
      const sent = Buffer.concat(messagesOf('client', 20));
      client.write(sent);
      const first = await received.take(1);
      await vi.waitFor(() => expect(tunnel.fromClient().bytesReceived).toBe(sent.length), longWait);
      client.resetAndDestroy();
      await vi.waitFor(() => expect(near.client.destroyed).toBe(true), longWait);
      setRates(unlimited);
      expect(Buffer.concat([first, await received.takeRest()])).toEqual(sent);
      upstream.end();
      expect(await ended).toEqual({ endedBy: 'client', closeCode: 1006, reason: null });
    });

    test('otherwise ends the connection after that time, and dropped bytes do not count', async () => {
      const { lanes } = lanesWith(oneHundredBytes);
      // A tunnel that does not read bytes that the rate would hold back notices the reset at its next ping.
      const limits = { ...noTimeLimits, closeTimeoutMs: 50, pingIntervalMs: 40 };
      const { client, upstream, tunnel, ended } = await join(limits, { lanes });
      const received = new ReceivedBytes(upstream);
      upstream.on('data', () => upstream.write(upstreamFrame('here')));
      const sent = clientFrame('x'.repeat(10_000));
      client.write(sent);
      await vi.waitFor(() => expect(tunnel.fromClient().bytesReceived).toBe(sent.length), longWait);
      client.resetAndDestroy();
      const { bytes: delivered } = withoutPings(await received.takeRest());
      upstream.end();
      expect(await ended).toMatchObject({ endedBy: 'client', closeCode: 1006 });
      expect(delivered.length).toBeLessThan(sent.length);
      expect(tunnel.fromClient()).toMatchObject({ bytes: delivered.length, messages: 0 });
    });
  });

  describe('a close of the gateway that waits for the end of a frame', () => {
    test.each(sides)('reaches the %s after that frame, even after its FIN', async (side) => {
      const { peers, received, frame } = await closeWithinFrame(side);
      peers[side].end();
      await untilFinRead(peers, side);
      await expectCloseBehindFrame(peers, side, received, frame);
    });

    test.each(sides)('is followed by a FIN if the %s has already answered it', async (side) => {
      const { peers, received, frame } = await closeWithinFrame(side);
      const answer = closeFrom(side, 1001);
      peers[side].write(answer);
      await vi.waitFor(() => expect(countersOf(peers, side).bytesReceived).toBe(answer.length), longWait);
      await expectCloseBehindFrame(peers, side, received, frame);
    });

    async function closeWithinFrame(
      side: FrameSender,
    ): Promise<{ peers: Joined; received: ReceivedBytes; frame: Buffer }> {
      const peers = await join(noTimeLimits);
      const received = new ReceivedBytes(peers[side]);
      const frame = messageFrom(otherSide(side), 'a message in two parts');
      peers[otherSide(side)].resume().write(frame.subarray(0, 10));
      await vi.waitFor(() => expect(countersOf(peers, otherSide(side)).bytes).toBe(10), longWait);
      peers.tunnel.close(1001, 'gateway draining');
      return { peers, received, frame };
    }

    async function expectCloseBehindFrame(
      peers: Joined,
      side: FrameSender,
      received: ReceivedBytes,
      frame: Buffer,
    ): Promise<void> {
      const other = otherSide(side);
      peers[other].write(Buffer.concat([frame.subarray(10), messageFrom(other, 'too late')]));
      const all = await received.takeRest();
      expect(all.subarray(0, frame.length)).toEqual(frame);
      expect(all[frame.length]).toBe(0x88);
      expect(all.includes('too late')).toBe(false);
      peers[side].end();
      peers[other].end(closeFrom(other, 1001));
      expect(await peers.ended).toMatchObject({ endedBy: 'gateway', closeCode: 1001 });
    }
  });

  describe('a half-closed connection', () => {
    test('ends after the time limit of a close if the client does not close after 1013', async () => {
      const { client, upstream, ended } = await join(quickClose);
      upstream.end();
      expect(await closeFramesTo(client)).toEqual([1013, 'upstream lost']);
      client.resume();
      expect(await ended).toEqual({ endedBy: 'upstream', closeCode: 1013, reason: 'upstream lost' });
    });

    test('ends after the same time if the client has sent only its close frame', async () => {
      const { client, upstream, ended } = await join(quickClose);
      client.write(closeFrame(1000, '', 'upstream'));
      expect(await closeFramesTo(upstream, true)).toEqual([1000, '']);
      upstream.end();
      client.resume();
      expect(await ended).toEqual({ endedBy: 'client', closeCode: 1000, reason: null });
    });
  });
});

function messagesOf(side: FrameSender, count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) => messageFrom(side, `message ${index}`));
}
