import fc from 'fast-check';
import type { FrameSender } from '#libs/tunnel';
import { damage, damages } from './damage.js';
import { encodeFrame, patternOf, type FrameShape } from './frame-bytes.js';

const payloadLengths = fc.oneof(
  { weight: 60, arbitrary: fc.nat(20) },
  { weight: 12, arbitrary: fc.constantFrom(124, 125, 126, 127, 128) },
  { weight: 4, arbitrary: fc.nat(400) },
);
const withLongPayloads = fc.oneof(
  { weight: 200, arbitrary: payloadLengths },
  { weight: 1, arbitrary: fc.constantFrom(65_535, 65_536, 65_537) },
);

const claims = fc.constantFrom(0n, 1n, 125n, 126n, 65_536n, 2n ** 31n, 2n ** 32n);
const unpayableClaims = fc.constantFrom(
  ...[2n ** 53n - 1n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n],
);

/** The input of the properties: the frames of one direction. */
export interface DirectionShape {
  sender: FrameSender;
  hasLongPayloads: boolean;
}

/** Valid frames of complete messages, fragmented or not, with pings and pongs among them. */
export function validFrames(direction: DirectionShape): fc.Arbitrary<FrameShape[]> {
  return fc.array(messageFrames(direction), { maxLength: 4 }).map((messages) => messages.flat());
}

/** Messages, a close frame and control frames, all valid, and then data, which RFC 6455 forbids (§5.5.1). */
export function dataAfterClose(
  direction: DirectionShape,
): fc.Arbitrary<{ allowed: FrameShape[]; forbidden: FrameShape[] }> {
  const { sender } = direction;
  // The close frame may be in the middle of a message.
  const messages = fc
    .tuple(validFrames(direction), fc.nat())
    .map(([frames, cut]) => frames.slice(0, cut % (frames.length + 1)));
  const controls = fc.array(controlFrames(sender), { maxLength: 3 });
  const data = framesWith(sender, fc.constantFrom(0, 1, 2), payloadOf(payloadLengths));
  return fc
    .tuple(messages, closeFrames(direction), controls, data)
    .map(([before, close, after, frame]) => ({ allowed: [...before, close, ...after], forbidden: [frame] }));
}

/**
 * A stream of one direction: valid messages, invalid frames and random bytes, which are then damaged and
 * truncated.
 */
export function anyStream(direction: DirectionShape): fc.Arbitrary<Buffer> {
  const frames = messageFrames(direction).map((list) => Buffer.concat(list.map(encodeFrame)));
  const pieces = fc.oneof(
    { weight: 16, arbitrary: frames },
    { weight: 2, arbitrary: closeFrames(direction).map(encodeFrame) },
    { weight: 4, arbitrary: wildFrames(direction).map(encodeFrame) },
    { weight: 1, arbitrary: randomBytes },
  );
  const streams = fc.array(pieces, { maxLength: 5 }).map((list) => Buffer.concat(list));
  return fc
    .tuple(streams, fc.oneof(fc.constant([]), fc.array(damages, { maxLength: 2 })), fc.option(fc.nat()))
    .map(([stream, list, cut]) => {
      const damaged = list.reduce(damage, stream);
      return cut === null ? damaged : damaged.subarray(0, cut % (damaged.length + 1));
    });
}

/** Sizes of chunks, used in turn. */
export const chunkSizes = fc.array(
  fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 70_000 })),
  { minLength: 1, maxLength: 12 },
);

/** The bytes in chunks of these sizes; at most `maxChunks`, of which the last contains the rest. */
export function inChunks(bytes: Buffer, sizes: readonly number[], maxChunks = Infinity): Buffer[] {
  const chunks: Buffer[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const isLast = chunks.length === maxChunks - 1;
    const size = isLast ? bytes.length : (sizes[chunks.length % sizes.length] ?? 1);
    chunks.push(bytes.subarray(offset, offset + size));
    offset += size;
  }
  return chunks;
}

const randomBytes = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));

function payloadOf(lengths: fc.Arbitrary<number>): fc.Arbitrary<Uint8Array> {
  return fc.tuple(lengths, fc.nat(255)).map(([length, start]) => patternOf(length, start));
}

function masks(sender: FrameSender): fc.Arbitrary<Uint8Array | null> {
  if (sender === 'upstream') return fc.constant(null);
  return fc.oneof(fc.constant(new Uint8Array(4)), fc.uint8Array({ minLength: 4, maxLength: 4 }));
}

function framesWith(
  sender: FrameSender,
  opcode: fc.Arbitrary<number>,
  payload: fc.Arbitrary<Uint8Array>,
): fc.Arbitrary<FrameShape> {
  return fc.record({
    isFinal: fc.constant(true),
    reserved: fc.constant(0),
    opcode,
    mask: masks(sender),
    payload,
    lengthBits: fc.constant(null),
    claimedLength: fc.constant(null),
  });
}

function messageFrames({ sender, hasLongPayloads }: DirectionShape): fc.Arbitrary<FrameShape[]> {
  const payload = payloadOf(hasLongPayloads ? withLongPayloads : payloadLengths);
  const fragments = fc.array(
    fc.tuple(
      fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: controlFrames(sender) }),
      framesWith(sender, fc.constant(0), payload),
    ),
    { minLength: 1, maxLength: 4 },
  );
  return fc.tuple(fc.constantFrom(1, 2), fragments).map(([opcode, list]) =>
    list.flatMap(([control, fragment], index) => {
      const isFinal = index === list.length - 1;
      const frame = { ...fragment, isFinal, opcode: index === 0 ? opcode : 0 };
      return control ? [control, frame] : [frame];
    }),
  );
}

/** Pings and pongs. */
function controlFrames(sender: FrameSender): fc.Arbitrary<FrameShape> {
  return framesWith(sender, fc.constantFrom(9, 10), payloadOf(fc.nat(125)));
}

function closeFrames({ sender }: DirectionShape): fc.Arbitrary<FrameShape> {
  const codes = fc.oneof(
    fc.constantFrom(0, 999, 1000, 1001, 1004, 1005, 1006, 1014, 1015, 1016, 2999, 3000, 4999, 5000),
    fc.nat(65_535),
  );
  const withCode = fc
    .tuple(codes, payloadOf(fc.nat(20)))
    .map(([code, reason]) => Uint8Array.from([code >> 8, code & 0xff, ...reason]));
  return framesWith(sender, fc.constant(8), fc.oneof(withCode, payloadOf(fc.nat(2))));
}

/** A frame whose fields may all have values that RFC 6455 forbids. */
function wildFrames({ sender }: DirectionShape): fc.Arbitrary<FrameShape> {
  const other: FrameSender = sender === 'client' ? 'upstream' : 'client';
  return fc.record({
    isFinal: fc.boolean(),
    reserved: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(7) }),
    opcode: fc.oneof(fc.constantFrom(0, 1, 2, 8, 9, 10), fc.nat(15)),
    mask: fc.oneof({ weight: 6, arbitrary: masks(sender) }, { weight: 1, arbitrary: masks(other) }),
    payload: payloadOf(payloadLengths),
    lengthBits: fc.constantFrom(null, null, 7, 16, 64),
    claimedLength: fc.oneof(
      { weight: 6, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: claims },
      { weight: 1, arbitrary: unpayableClaims },
    ),
  });
}
