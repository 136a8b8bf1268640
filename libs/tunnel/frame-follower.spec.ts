import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeFrame } from './close-frame.js';
import { FrameFollower } from './frame-follower.js';

const frameArbitrary = fc.record({
  isFinal: fc.boolean(),
  opcode: fc.constantFrom(0, 1, 2, 9, 10),
  isMasked: fc.boolean(),
  length: fc.oneof(fc.nat(200), fc.constantFrom(0, 125, 126, 127, 65_535, 65_536)),
});

interface FrameShape {
  isFinal: boolean;
  opcode: number;
  isMasked: boolean;
  length: number;
}

describe('FrameFollower', () => {
  it('finds the same messages and boundaries whatever the chunking', () => {
    fc.assert(
      fc.property(
        fc.array(frameArbitrary, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 20 }),
        (frames, sizes) => {
          const follower = new FrameFollower();
          pushInChunks(follower, Buffer.concat(frames.map(encode)), sizes);
          const messages = frames.filter((frame) => frame.isFinal && frame.opcode < 8).length;
          expect(follower).toMatchObject({ messages, isAtBoundary: true, closeCode: null });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is at a boundary after whole frames only', () => {
    const bytes = encode({ isFinal: true, opcode: 1, isMasked: true, length: 300 });
    const follower = new FrameFollower();
    for (let index = 0; index < bytes.length; index += 1) {
      expect(follower.isAtBoundary).toBe(index === 0);
      follower.push(bytes.subarray(index, index + 1));
    }
    expect(follower.isAtBoundary).toBe(true);
  });

  it('stops at the end of the frame that is under way', () => {
    const frame = encode({ isFinal: true, opcode: 2, isMasked: false, length: 10 });
    const follower = new FrameFollower();
    follower.push(frame.subarray(0, 4));
    expect(follower.pushToBoundary(Buffer.concat([frame.subarray(4), frame]))).toBe(frame.length - 4);
    expect(follower.isAtBoundary).toBe(true);
  });

  it.each(['client', 'upstream'] as const)(
    'reads the code of a close frame to the %s, byte by byte',
    (receiver) => {
      const follower = new FrameFollower();
      pushInChunks(follower, closeFrame(4321, 'because', receiver), [1]);
      expect(follower.closeCode).toBe(4321);
    },
  );

  it('reads a close frame without a code as 1005', () => {
    const follower = new FrameFollower();
    follower.push(Buffer.from([0x88, 0x80, 1, 2, 3, 4]));
    expect(follower.closeCode).toBe(1005);
  });

  it('keeps the first of two close codes', () => {
    const follower = new FrameFollower();
    follower.push(Buffer.concat([closeFrame(1000, '', 'client'), closeFrame(1001, '', 'client')]));
    expect(follower.closeCode).toBe(1000);
  });
});

function encode(frame: FrameShape): Buffer {
  const first = (frame.isFinal ? 0x80 : 0) | frame.opcode;
  const maskBit = frame.isMasked ? 0x80 : 0;
  const mask = Buffer.alloc(frame.isMasked ? 4 : 0, 0x88);
  return Buffer.concat([
    Buffer.from([first]),
    lengthBytes(frame.length, maskBit),
    mask,
    Buffer.alloc(frame.length, 0x88),
  ]);
}

function lengthBytes(length: number, maskBit: number): Buffer {
  if (length < 126) return Buffer.from([maskBit | length]);
  if (length < 65_536) return Buffer.from([maskBit | 126, length >> 8, length & 0xff]);
  const bytes = Buffer.alloc(9);
  bytes[0] = maskBit | 127;
  bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}

function pushInChunks(follower: FrameFollower, bytes: Buffer, sizes: number[]): void {
  let offset = 0;
  for (let turn = 0; offset < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    follower.push(bytes.subarray(offset, offset + size));
    offset += size;
  }
}
