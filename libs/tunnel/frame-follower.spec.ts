import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeFrame } from './own-frames.js';
import { FrameFollower } from './frame-follower.js';
import { FrameRules, type FrameSender } from './frame-rules.js';

const longestHeader = 14;

interface FrameShape {
  isFinal: boolean;
  opcode: number;
  isMasked: boolean;
  length: number;
}

const sizesArbitrary = fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 20 });
const lengthArbitrary = fc.oneof(fc.nat(200), fc.constantFrom(0, 125, 126, 127, 65_535, 65_536));
const messagesArbitrary = fc.array(
  fc.record({
    opcode: fc.constantFrom(1, 2),
    lengths: fc.array(lengthArbitrary, { minLength: 1, maxLength: 4 }),
    hasPings: fc.boolean(),
  }),
  { maxLength: 5 },
);

describe('FrameFollower', () => {
  it('lets whole messages pass and counts them, whatever the fragments and the chunking', () => {
    fc.assert(
      fc.property(messagesArbitrary, sizesArbitrary, fc.boolean(), (messages, sizes, isMasked) => {
        const follower = followerOf(isMasked ? 'client' : 'upstream');
        const bytes = Buffer.concat(messages.flatMap((message) => framesOf(message, isMasked)).map(encode));
        expect(passInChunks(follower, bytes, sizes)).toBe(bytes.length);
        expect(follower).toMatchObject({ messages: messages.length, isAtBoundary: true, violation: null });
      }),
      { numRuns: 300 },
    );
  });

  it('lets everything before a forbidden frame pass, and no more of it than was cut off from its header', () => {
    fc.assert(
      fc.property(
        messagesArbitrary,
        sizesArbitrary,
        fc.constantFrom(3, 7, 11, 15),
        (messages, sizes, opcode) => {
          const follower = followerOf('client');
          const before = Buffer.concat(messages.flatMap((message) => framesOf(message, true)).map(encode));
          const forbidden = encode({ isFinal: true, opcode, isMasked: true, length: 5000 });
          const passed = passInChunks(follower, Buffer.concat([before, forbidden, before]), sizes);
          expect(follower.violation?.code).toBe(1002);
          expect(passed).toBeGreaterThanOrEqual(before.length);
          expect(passed).toBeLessThan(before.length + longestHeader);
          expect(follower.isAtBoundary).toBe(passed === before.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is at a boundary after whole frames only', () => {
    const bytes = encode({ isFinal: true, opcode: 1, isMasked: true, length: 300 });
    const follower = followerOf('client');
    for (let index = 0; index < bytes.length; index += 1) {
      expect(follower.isAtBoundary).toBe(index === 0);
      follower.push(bytes.subarray(index, index + 1));
    }
    expect(follower.isAtBoundary).toBe(true);
  });

  it('stops before a frame that the gate does not let through, and goes on when it does', () => {
    const frame = encode({ isFinal: true, opcode: 2, isMasked: true, length: 10 });
    const follower = followerOf('client');
    follower.push(frame.subarray(0, 4));
    const seen: number[] = [];
    follower.gate = (firstByte) => seen.push(firstByte) > 1;
    expect(follower.push(Buffer.concat([frame.subarray(4), frame]))).toBe(frame.length - 4);
    expect(follower.isAtBoundary).toBe(true);
    expect(follower.push(frame)).toBe(frame.length);
    expect(seen).toEqual([0x82, 0x82]);
  });

  it.each(['client', 'upstream'] as const)(
    'reads the code of a close frame of the %s, byte by byte',
    (sender) => {
      const follower = followerOf(sender);
      const receiver = sender === 'client' ? 'upstream' : 'client';
      passInChunks(follower, closeFrame(4321, 'because', receiver), [1]);
      expect(follower.closeCode).toBe(4321);
    },
  );

  it('reads a close frame without a code as 1005', () => {
    const follower = followerOf('client');
    follower.push(Buffer.from([0x88, 0x80, 1, 2, 3, 4]));
    expect(follower.closeCode).toBe(1005);
  });

  it('keeps the first of two close codes', () => {
    const follower = followerOf('client');
    follower.push(Buffer.concat([closeFrame(1000, '', 'upstream'), closeFrame(1001, '', 'upstream')]));
    expect(follower.closeCode).toBe(1000);
  });
});

function followerOf(sender: FrameSender): FrameFollower {
  return new FrameFollower(new FrameRules(sender, 'none'));
}

/** A message as its fragments, with a ping before each of them where it has any. */
function framesOf(
  message: { opcode: number; lengths: number[]; hasPings: boolean },
  isMasked: boolean,
): FrameShape[] {
  return message.lengths.flatMap((length, index) => {
    const isFinal = index === message.lengths.length - 1;
    const fragment = { isFinal, opcode: index === 0 ? message.opcode : 0, isMasked, length };
    const ping = { isFinal: true, opcode: 9, isMasked, length: 5 };
    return message.hasPings ? [ping, fragment] : [fragment];
  });
}

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

/** How many of the bytes may pass. */
function passInChunks(follower: FrameFollower, bytes: Buffer, sizes: number[]): number {
  let offset = 0;
  let passed = 0;
  for (let turn = 0; offset < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    passed += follower.push(bytes.subarray(offset, offset + size));
    offset += size;
  }
  return passed;
}
