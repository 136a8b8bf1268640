import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { passAll } from '../../test/fuzz/following.js';
import { inChunks } from '../../test/fuzz/frame-arbitraries.js';
import { closeFrame } from './own-frames.js';
import { FrameFollower } from './frame-follower.js';
import { FrameRules, type FrameSender } from './frame-rules.js';

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
  test('FrameFollower passes and counts whole messages, however they are fragmented and chunked', () => {
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

  test('FrameFollower passes all bytes before a forbidden frame and no byte of that frame', () => {
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
          expect(passed).toBe(before.length);
          expect(follower.isAtBoundary).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('FrameFollower passes a header as a whole or not at all, and is at a boundary until the header has passed', () => {
    const bytes = encode({ isFinal: true, opcode: 1, isMasked: true, length: 300 });
    const headerLength = 8;
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const follower = followerOf('client');
      expect(follower.push(bytes.subarray(0, cut))).toBe(cut < headerLength ? 0 : cut);
      expect(follower.isAtBoundary).toBe(cut < headerLength || cut === bytes.length);
    }
  });

  test('FrameFollower stops at the byte limit, or at the end of the header that contains it', () => {
    const frame = encode({ isFinal: true, opcode: 1, isMasked: true, length: 300 });
    const follower = followerOf('client');
    expect(follower.push(frame, 3)).toBe(8);
    expect(follower.push(frame.subarray(8), 100)).toBe(100);
    expect(follower.push(frame.subarray(108), 0)).toBe(0);
    expect(follower.push(Buffer.concat([frame.subarray(108), frame]), 201)).toBe(208);
  });

  test('FrameFollower stops before a frame that the gate rejects, and continues when the gate accepts it', () => {
    const frame = encode({ isFinal: true, opcode: 2, isMasked: true, length: 10 });
    const follower = followerOf('client');
    follower.push(frame.subarray(0, 8));
    const seen: number[] = [];
    follower.gate = (bytes, offset) => seen.push(bytes[offset] ?? 0) > 1;
    expect(follower.push(Buffer.concat([frame.subarray(8), frame]))).toBe(frame.length - 8);
    expect(follower.isAtBoundary).toBe(true);
    expect(follower.push(frame)).toBe(frame.length);
    expect(seen).toEqual([0x82, 0x82]);
  });

  test.each(['client', 'upstream'] as const)(
    'FrameFollower reads the code of a close frame of the %s that arrives byte by byte',
    (sender) => {
      const follower = followerOf(sender);
      const receiver = sender === 'client' ? 'upstream' : 'client';
      passInChunks(follower, closeFrame(4321, 'because', receiver), [1]);
      expect(follower.closeCode).toBe(4321);
    },
  );

  test('FrameFollower reports 1005 for a close frame without a code', () => {
    const follower = followerOf('client');
    follower.push(Buffer.from([0x88, 0x80, 1, 2, 3, 4]));
    expect(follower.closeCode).toBe(1005);
  });

  test('FrameFollower keeps the first of two close codes', () => {
    const follower = followerOf('client');
    follower.push(Buffer.concat([closeFrame(1000, '', 'upstream'), closeFrame(1001, '', 'upstream')]));
    expect(follower.closeCode).toBe(1000);
  });
});

function followerOf(sender: FrameSender): FrameFollower {
  return new FrameFollower(new FrameRules(sender, 'none'));
}

/** Returns the fragments of a message, with a ping before each fragment if the message has pings. */
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

/** Returns how many of the bytes may pass. */
function passInChunks(follower: FrameFollower, bytes: Buffer, sizes: number[]): number {
  return passAll(follower, inChunks(bytes, sizes));
}
