import { describe, expect, test, vi } from 'vitest';
import {
  closeFramesTo,
  closeFrom,
  countersOf,
  lanesWith,
  messageFrom,
  otherSide,
  patient,
  readBytes,
  tunnelsUnderTest,
  type Joined,
  type JoinOptions,
} from '../support/joined-tunnel.js';
import { longWait } from '../support/long-wait.js';
import { closeIn } from '../fuzz/frame-bytes.js';
import { ReceivedBytes } from '../fuzz/received-bytes.js';
import { closeFrame } from '../../libs/tunnel/own-frames.js';
import type { FrameSender } from '#libs/tunnel';

const sides = ['client', 'upstream'] as const;
const unlimited = { messagesPerSecond: null, bytesPerSecond: null };
const oneMessage = { messagesPerSecond: 1, bytesPerSecond: null };
/** Limits that no test reaches: a test that waits for one of them fails. */
const noTimeLimits = { ...patient, closeTimeoutMs: 600_000, halfOpenTimeoutMs: 600_000 };

/** A violation, with the close code and reason for both sides. */
interface Violation {
  code: number;
  reason: string;
  /** The last frame is the violation. */
  frames: (side: FrameSender) => Buffer[];
  options: (side: FrameSender) => Partial<JoinOptions>;
}

const protocolError: Violation = {
  code: 1002,
  reason: 'protocol error',
  frames: (side) => [
    messageFrom(side, 'fine'),
    Buffer.from([0x83, side === 'client' ? 0x80 : 0, 0, 0, 0, 0]),
  ],
  options: () => ({}),
};
const violations: Violation[] = [
  protocolError,
  {
    code: 1009,
    reason: 'message too big',
    frames: (side) => [messageFrom(side, 'fine'), messageFrom(side, 'x'.repeat(21))],
    options: () => ({ messageLimits: { maxMessageBytes: 20 } }),
  },
  {
    code: 1008,
    reason: 'message rate',
    frames: (side) => [messageFrom(side, 'fine'), messageFrom(side, 'too fast')],
    options: (side) => {
      const { lanes, ofTenant } = lanesWith({ messagesPerSecond: 2, bytesPerSecond: null });
      ofTenant[side === 'client' ? 'fromClients' : 'fromUpstreams'].take(1, 0);
      return { lanes, onRate: 'close' };
    },
  },
];

describe.each(tunnelsUnderTest)('$name', ({ join }) => {
  describe.each(violations)('a violation with $code', ({ code, reason, frames, options }) => {
    test.each(sides)(
      'of the %s ends that direction at once, and delivers the other direction first',
      async (side) => {
        const peers = await join(noTimeLimits, options(side));
        const other = otherSide(side);
        const [fine, wrong] = frames(side);
        const received = new ReceivedBytes(peers[side]);
        peers[side].write(Buffer.concat([fine ?? none, wrong ?? none]));
        expect(await takeFrom(peers, other, fine ?? none)).toEqual(fine);
        expect(await closeFramesTo(peers[other], other === 'upstream')).toEqual([code, reason]);
        expect(peers.tunnel.isClosing).toBe(true);

        const answers = messageFrom(other, 'the answer');
        peers[other].write(answers);
        expect(await received.take(answers.length)).toEqual(answers);
        const last = messageFrom(other, 'and the last one');
        peers[other].write(Buffer.concat([last, closeFrom(other, 4000)]));
        const closeBytes = closeFrame(code, reason, side).length;
        expectThenClose(await received.take(last.length + closeBytes), last, { code, reason });
        peers[side].end(closeFrom(side, code));
        expect(await received.takeRest()).toHaveLength(0);
        peers[other].resume().end();
        expect(await peers.ended).toEqual({ endedBy: 'gateway', closeCode: code, reason });
        expect(countersOf(peers, side)).toMatchObject({ messages: 1, frames: 1, bytes: fine?.length });
        expect(countersOf(peers, other)).toMatchObject({
          messages: 2,
          frames: 2,
          bytes: answers.length + last.length,
        });
      },
    );
  });

  describe.each(sides)('after a violation of the %s, the violator is closed', (side) => {
    const other = otherSide(side);
    const { code, reason, frames } = protocolError;
    const answer = messageFrom(other, 'the answer');

    async function violate(limits = noTimeLimits): Promise<{ peers: Joined; received: ReceivedBytes }> {
      const peers = await join(limits);
      const received = new ReceivedBytes(peers[side]);
      peers[side].write(Buffer.concat(frames(side)));
      await takeFrom(peers, other, frames(side)[0] ?? none);
      expect(await closeFramesTo(peers[other], other === 'upstream')).toEqual([code, reason]);
      peers[other].resume();
      return { peers, received };
    }

    test('when the other side sends a FIN without a close frame', async () => {
      const { peers, received } = await violate();
      peers[other].end(answer);
      expectThenClose(await received.takeRest(), answer, protocolError);
      peers[side].end();
      expect(await peers.ended).toEqual({ endedBy: 'gateway', closeCode: code, reason });
    });

    test('when the other side resets', async () => {
      const { peers, received } = await violate();
      peers[other].write(answer);
      expect(await received.take(answer.length)).toEqual(answer);
      peers[other].resetAndDestroy();
      expectThenClose(await received.takeRest(), none, protocolError);
      peers[side].end();
      expect(await peers.ended).toEqual({ endedBy: 'gateway', closeCode: code, reason });
    });

    test('when the other side does neither within the time limit of a close, and then has the same time itself', async () => {
      const { peers, received } = await violate({ ...noTimeLimits, closeTimeoutMs: 50 });
      peers[other].write(answer);
      expectThenClose(await received.takeRest(), answer, protocolError);
      expect(await peers.ended).toEqual({ endedBy: 'gateway', closeCode: code, reason });
    });

    test('when the gateway closes the connection for another reason', async () => {
      const { peers, received } = await violate();
      peers.tunnel.close(1008, 'key revoked');
      expectThenClose(await received.takeRest(), none, protocolError);
      peers[side].end();
      peers[other].end(closeFrom(other, code));
      expect(await peers.ended).toEqual({ endedBy: 'gateway', closeCode: code, reason });
    });

    test('when the other side violates the protocol too', async () => {
      const { peers, received } = await violate();
      peers[other].write(Buffer.concat([answer, ...frames(other).slice(1)]));
      expectThenClose(await received.takeRest(), answer, protocolError);
      peers[side].end();
      peers[other].end();
      expect(await peers.ended).toEqual({ endedBy: 'gateway', closeCode: code, reason });
    });

    test('when the other side completes a close frame that it had begun before the violation', async () => {
      const peers = await join(noTimeLimits);
      const received = new ReceivedBytes(peers[side]);
      const itsClose = closeFrom(other, 4000);
      peers[other].write(itsClose.subarray(0, -1));
      const begun = await received.take(itsClose.length - 1);
      peers[side].write(Buffer.concat(frames(side)));
      await takeFrom(peers, other, frames(side)[0] ?? none);
      expect(await closeFramesTo(peers[other], other === 'upstream')).toEqual([code, reason]);
      peers[other].resume().write(itsClose.subarray(-1));
      expect(Buffer.concat([begun, await received.takeRest()])).toEqual(itsClose);
      peers[side].end();
      peers[other].end();
      expect(await peers.ended).toEqual({ endedBy: 'gateway', closeCode: code, reason });
    });

    test('but not within an unfinished frame of the other side', async () => {
      const { peers, received } = await violate({ ...noTimeLimits, closeTimeoutMs: 50 });
      peers[other].write(answer.subarray(0, -1));
      expect(await received.takeRest()).toEqual(answer.subarray(0, -1));
      expect(await peers.ended).toEqual({ endedBy: 'gateway', closeCode: code, reason });
    });

    test('but not before the held-back bytes of the other side', async () => {
      const { lanes, setRates } = lanesWith(oneMessage);
      const peers = await join(noTimeLimits, { lanes });
      const received = new ReceivedBytes(peers[side]);
      const sent = Buffer.concat([...Array.from({ length: 9 }, () => answer), closeFrom(other, 1000)]);
      peers[other].resume().write(sent);
      await vi.waitFor(() => expect(countersOf(peers, other).bytesReceived).toBe(sent.length), longWait);
      peers[side].write(Buffer.concat(frames(side)));
      await vi.waitFor(() => expect(peers.tunnel.isClosing).toBe(true), longWait);
      setRates(unlimited);
      expectThenClose(await received.takeRest(), sent.subarray(0, 9 * answer.length), protocolError);
    });

    test('at once if the violator has reset', async () => {
      const { peers } = await violate();
      peers[side].resetAndDestroy();
      peers[other].end(answer);
      expect(await peers.ended).toEqual({ endedBy: 'gateway', closeCode: code, reason });
    });
  });
});

const none = Buffer.alloc(0);

/** Expects exactly these bytes, then the gateway's close frame, and nothing else. */
function expectThenClose(
  received: Buffer,
  before: Buffer,
  { code, reason }: Pick<Violation, 'code' | 'reason'>,
): void {
  expect(received.subarray(0, before.length)).toEqual(before);
  expect(closeIn(received.subarray(before.length))).toBe(`${code} ${reason}`);
}

/** Takes as many of the next received bytes of a side; later bytes remain to be read. */
async function takeFrom(peers: Joined, side: FrameSender, expected: Buffer): Promise<Buffer> {
  return Buffer.from(await readBytes(peers[side], expected.length, 'hex'), 'hex');
}
