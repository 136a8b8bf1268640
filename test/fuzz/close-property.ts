import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FrameSender } from '#libs/tunnel';
import { conversations, encodeAll, send, senders, type Conversation } from './conversation.js';
import { withoutPings } from './delivered-frames.js';
import { controlFrame, encodeFrame, frameEnds, headerOf, type FrameShape } from './frame-bytes.js';
import { fuzzProperty } from './fuzz-property.js';
import { OpenTunnel, type TunnelSide } from './open-tunnel.js';

const closeCode = 1008;
const closeReason = 'key revoked';

/** Both sides send, and after so many chunks the gateway pings, and closes. */
interface ClosedConversation {
  /** Whether a rate holds frames back now and then. */
  isRated: boolean;
  conversation: Conversation;
  pingAfterChunks: number;
  closeAfterChunks: number;
}

/**
 * A close of the gateway's own, whenever it comes: each side gets what came by then, up to the end of the frame that was
 * under way, then the close frame, then nothing.
 */
export const closesAtBoundary = fuzzProperty({
  name: 'closes-at-boundary',
  claim: 'a close of the gateway at any moment comes after a whole frame, once, with nothing behind it',
  share: 0.04,
  cases: fc.boolean().chain((isRated) =>
    fc.record({
      isRated: fc.constant(isRated),
      conversation: conversations(isRated),
      pingAfterChunks: fc.nat(24),
      closeAfterChunks: fc.nat(24),
    }),
  ),
  holds: async (example) => {
    const tunnel = await OpenTunnel.open();
    try {
      await closeDuring(tunnel, example);
    } finally {
      await tunnel.destroy();
    }
  },
});

async function closeDuring(open: OpenTunnel, example: ClosedConversation): Promise<void> {
  const { conversation, isRated, pingAfterChunks, closeAfterChunks } = example;
  const { sides, tunnel, ended } = open;
  const readBefore = { client: 0, upstream: 0 };
  const close = (): void => {
    if (tunnel.isClosing) return;
    for (const sender of senders) readBefore[sender] = sides[sender].counted().bytes;
    tunnel.close(closeCode, closeReason);
  };
  let sent = 0;
  const onSent = (): void => {
    if (sent === pingAfterChunks) open.ping();
    if (sent === closeAfterChunks) close();
    sent += 1;
  };
  await send(open, conversation, { isHurried: () => tunnel.isClosing, onSent });
  close();

  for (const sender of senders) answerClose(sides[sender]);
  for (const sender of senders) {
    const delivered = withoutPings(await sides[sender].delivered.takeRest()).bytes;
    const { frames } = conversation[sender];
    expectCutAtBoundary(delivered, sender, frames, { readBefore: readBefore[sender], isRated });
  }
  assert.deepEqual(await ended, { endedBy: 'gateway', closeCode, reason: closeReason });
}

// A peer that is told to close answers with its own close frame, and waits for the other's FIN (RFC 6455 §7.1.1).
function answerClose({ sender, socket }: TunnelSide): void {
  const mask = sender === 'client' ? Uint8Array.of(1, 2, 3, 4) : null;
  socket.write(encodeFrame(controlFrame(8, Uint8Array.of(closeCode >> 8, closeCode & 0xff), mask)));
  socket.on('end', () => socket.end());
}

function expectCutAtBoundary(
  delivered: Buffer,
  sender: FrameSender,
  frames: readonly FrameShape[],
  { readBefore, isRated }: { readBefore: number; isRated: boolean },
): void {
  const sent = encodeAll(frames);
  const ends = [0, ...frameEnds(frames)];
  const underWay = ends.findIndex((end) => end >= readBefore);
  const maskLength = sender === 'client' ? 4 : 0;
  const cut = delivered.length - (2 + maskLength + 2 + closeReason.length);
  assert.ok(cut >= 0 && delivered.subarray(0, cut).equals(sent.subarray(0, cut)), 'not what went in');
  assert.equal(closeIn(delivered.subarray(cut)), `${closeCode} ${closeReason}`);
  assert.ok(isFairCut(ends.indexOf(cut)), `cut at ${cut} when ${readBefore} bytes were read`);

  function isFairCut(index: number): boolean {
    // What a rate held back is not sent any more.
    if (isRated) return index >= 0 && index <= underWay;
    // Nothing passes of a header that is not whole.
    const begun = sent.subarray(ends[underWay - 1] ?? 0, readBefore);
    if (begun.length > 0 && headerOf(begun) === null) return index === underWay - 1;
    if (index === underWay) return true;
    // A pong is held until it is told whether it is one to the gateway's own ping.
    return index === underWay - 1 && frames[index]?.opcode === 10 && readBefore < (ends[underWay] ?? 0);
  }
}

/** Code and reason of a close frame. */
function closeIn(frame: Buffer): string {
  const header = headerOf(frame);
  if (!header || frame[0] !== 0x88) return `no close frame: ${frame.toString('hex')}`;
  const { length, mask } = header;
  const payload = Buffer.from(frame.subarray(length).map((byte, index) => byte ^ (mask?.[index % 4] ?? 0)));
  return `${payload.readUInt16BE()} ${payload.toString('utf8', 2)}`;
}
