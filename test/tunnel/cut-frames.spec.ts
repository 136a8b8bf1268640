import { expect, test } from 'vitest';
import { controlFrame, encodeFrame, patternOf, type FrameShape } from '../fuzz/frame-bytes.js';
import { framesCounted, OpenTunnel, sendInChunks } from '../fuzz/open-tunnel.js';
import { tunnelImplementations } from '../support/tunnel-implementations.js';

const sides = ['client', 'upstream'] as const;
const atOnce = { isHurried: () => false, onSent: () => undefined };

const cases = tunnelImplementations.flatMap((implementation) =>
  sides.map((side) => ({ implementation, side, name: implementation.name })),
);

test.each(cases)(
  '$name: frames of the $side that are split at any byte are relayed completely, and count once',
  async ({ implementation, side }) => {
    const tunnel = await OpenTunnel.open(implementation);
    const sender = tunnel.sides[side];
    const mask = side === 'client' ? Uint8Array.of(1, 0xff, 0x80, 7) : null;
    const frames = everyKindOfFrame(mask);
    const bytes = Buffer.concat(frames.map(encodeFrame));
    for (const cut of cutsOf(bytes)) {
      const before = sender.counted();
      await sendInChunks(sender, [bytes.subarray(0, cut), bytes.subarray(cut)], atOnce);
      expect((await sender.delivered.take(bytes.length)).equals(bytes)).toBe(true);
      await framesCounted(sender, before.frames + frames.length);
      expect(sender.counted()).toMatchObject({
        messages: before.messages + 4,
        frames: before.frames + frames.length,
        controlFrames: before.controlFrames + 2,
      });
    }
    await tunnel.destroy();
  },
);

// Everywhere except in the middle of the long payload.
function cutsOf(bytes: Buffer): number[] {
  const cuts = Array.from({ length: bytes.length - 1 }, (_, index) => index + 1);
  return [...cuts.slice(0, 250), ...cuts.slice(-30)];
}

/** Lengths in each form, a fragmented message with a ping in it, an empty message, and a pong. */
function everyKindOfFrame(mask: Uint8Array | null): FrameShape[] {
  const data = (opcode: number, isFinal: boolean, length: number): FrameShape => ({
    ...controlFrame(opcode, patternOf(length, 0x88), mask),
    isFinal,
  });
  return [
    data(1, true, 5),
    data(2, true, 130),
    data(1, false, 3),
    controlFrame(9, patternOf(4, 1), mask),
    data(0, true, 0),
    data(2, true, 65_536),
    controlFrame(10, patternOf(0, 0), mask),
  ];
}
