import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FrameSender } from '#libs/tunnel';
import type { TunnelImplementation } from '../support/tunnel-implementations.js';
import { conversations, encodeAll, send, senders, type Conversation } from './conversation.js';
import { withoutPings } from './delivered-frames.js';
import { closeIn, controlFrame, encodeFrame, frameEnds, type FrameShape } from './frame-bytes.js';
import { fuzzProperty, type FuzzProperty } from './fuzz-property.js';
import { OpenTunnel, type TunnelSide } from './open-tunnel.js';

const closeCode = 1008;
const closeReason = 'key revoked';

/** Both sides send; after these numbers of chunks the gateway pings and closes. */
interface ClosedConversation {
  conversation: Conversation;
  pingAfterChunks: number;
  closeAfterChunks: number;
}

/**
 * A close by the gateway at any moment: each side gets the bytes forwarded so far, up to the end of the
 * current frame, then the close frame, then nothing. The counters match the forwarded bytes.
 */
export function closesAtBoundary(implementation: TunnelImplementation): FuzzProperty {
  return fuzzProperty({
    name: `closes-at-boundary-${implementation.id}`,
    claim: `${implementation.name}: a close of the gateway at any moment sends one close frame after a whole frame, and nothing after it`,
    share: 0.02,
    cases: fc.record({
      conversation: fc.boolean().chain(conversations),
      pingAfterChunks: fc.nat(24),
      closeAfterChunks: fc.nat(24),
    }),
    holds: async (example) => {
      const tunnel = await OpenTunnel.open(implementation);
      try {
        await closeDuring(tunnel, example);
      } finally {
        await tunnel.destroy();
      }
    },
  });
}

async function closeDuring(open: OpenTunnel, example: ClosedConversation): Promise<void> {
  const { conversation, pingAfterChunks, closeAfterChunks } = example;
  const { sides, tunnel, ended } = open;
  const passedBefore = { client: 0, upstream: 0 };
  const close = (): void => {
    if (tunnel.isClosing) return;
    for (const sender of senders) passedBefore[sender] = sides[sender].counted().bytes;
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
    const passed = expectCutAtBoundary(delivered, sender, frames, passedBefore[sender]);
    assert.equal(sides[sender].counted().bytes, passed, 'dropped bytes are counted');
  }
  assert.deepEqual(await ended, { endedBy: 'gateway', closeCode, reason: closeReason });
}

// A peer that receives a close frame answers with its own close frame, and waits for the other's FIN (RFC
// 6455 §7.1.1).
function answerClose({ sender, socket }: TunnelSide): void {
  const mask = sender === 'client' ? Uint8Array.of(1, 2, 3, 4) : null;
  socket.write(encodeFrame(controlFrame(8, Uint8Array.of(closeCode >> 8, closeCode & 0xff), mask)));
  socket.on('end', () => socket.end());
}

function expectCutAtBoundary(
  delivered: Buffer,
  sender: FrameSender,
  frames: readonly FrameShape[],
  passedBefore: number,
): number {
  const sent = encodeAll(frames);
  const end = [0, ...frameEnds(frames)].find((frameEnd) => frameEnd >= passedBefore) ?? -1;
  const maskLength = sender === 'client' ? 4 : 0;
  const cut = delivered.length - (2 + maskLength + 2 + closeReason.length);
  assert.equal(cut, end, `cut at ${cut} after ${passedBefore} forwarded bytes`);
  assert.ok(delivered.subarray(0, cut).equals(sent.subarray(0, cut)), 'the output differs from the input');
  assert.equal(closeIn(delivered.subarray(cut)), `${closeCode} ${closeReason}`);
  return cut;
}
