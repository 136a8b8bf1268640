import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FrameSender } from '#libs/tunnel';
import { FrameFollower } from '../../libs/tunnel/frame-follower.js';
import { FrameRules, type ReservedBits } from '../../libs/tunnel/frame-rules.js';
import { anyStream, chunkSizes, dataAfterClose, inChunks } from './frame-arbitraries.js';
import { encodeFrame, hasOverlongLength, headerOf } from './frame-bytes.js';
import { Following, passAll } from './following.js';
import { fuzzProperty } from './fuzz-property.js';
import { WsReading, type WsEnd } from './ws-reading.js';

const maxHeaderBytes = 14;
/** Status "no status received" (RFC 6455 §7.4.1): a close frame without a code. */
const noStatusReceived = 1005;
const protocolError = { code: 1002, reason: 'protocol error' };
const none = Buffer.alloc(0);

interface FollowedStream {
  sender: FrameSender;
  maxMessageBytes: number;
  bytes: Buffer;
}

function followedStreams(hasLongPayloads: boolean): fc.Arbitrary<FollowedStream> {
  const maxMessageBytes = fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 300 }));
  const directions = fc.constantFrom<FrameSender>('client', 'upstream');
  return directions.chain((sender) =>
    fc.record({
      sender: fc.constant(sender),
      maxMessageBytes,
      bytes: anyStream({ sender, hasLongPayloads }),
    }),
  );
}

/**
 * Both read the same stream byte by byte. At every byte they agree on the number of complete messages, and on
 * the end: where a close frame ends and its code, and which frame is a protocol error (1002) or too big
 * (1009). At the end of the stream they agree on whether a frame may start there.
 */
export const agreesWithWs = fuzzProperty({
  name: 'agrees-with-ws',
  claim: 'the frame follower agrees with ws on messages, frames, close codes and violations, at every byte',
  share: 0.17,
  cases: followedStreams(false),
  holds: (stream) => {
    const { bytes } = stream;
    const follower = followerOf(stream);
    const following = new Following(follower);
    const reading = new WsReading(stream);
    let frameStart = 0;
    for (let offset = 0; offset < bytes.length; offset += 1) {
      if (following.isAtBoundary) frameStart = offset;
      const byte = bytes.subarray(offset, offset + 1);
      const end = reading.push(byte);
      following.push(byte);
      if (end) {
        // `ws` judges a frame by its first two bytes, the follower once its header is whole.
        if (end.kind === 'failed') finishHeader(following, bytes.subarray(offset + 1));
        agreeOnEnd({ end, frameStart, offset: offset + 1 }, follower, stream);
        assert.equal(follower.messages, reading.messages, 'messages');
        return;
      }
      // `ws` accepts a length in any of its forms.
      if (follower.violation?.code === 1002 && hasOverlongLength(bytes.subarray(frameStart))) return;
      if (follower.messages !== reading.messages || follower.violation || follower.closeCode !== null) {
        assert.fail(`${JSON.stringify(follower)} at byte ${offset}, where ws finds nothing`);
      }
    }
    assert.equal(following.isAtBoundary, reading.probeBoundary(), 'a frame may start here');
  },
});

/**
 * The chunking of a stream and the amounts that may pass at a time change neither the result nor the
 * forwarded bytes: no byte of a forbidden frame, and a header completely or not at all.
 */
export const ignoresChunking = fuzzProperty({
  name: 'ignores-chunking',
  claim: 'the frame follower has the same result for every chunking, and forwards the same bytes',
  share: 0.1,
  cases: fc.record({
    stream: followedStreams(true),
    sizes: chunkSizes,
    limits: fc.array(fc.integer({ min: 1, max: 5000 }), { maxLength: 4 }),
  }),
  holds: ({ stream, sizes, limits }) => {
    const whole = followerOf(stream);
    const passed = whole.push(stream.bytes);
    for (const chunks of [inChunks(stream.bytes, [1]), inChunks(stream.bytes, sizes)]) {
      const cut = followerOf(stream);
      assert.equal(passAll(cut, chunks, limits), passed);
      assert.deepEqual(seen(cut), seen(whole));
    }
    const rest = stream.bytes.subarray(passed);
    if (whole.violation) assert.ok(whole.isAtBoundary, 'a part of a forbidden frame was forwarded');
    else assert.ok(rest.length === 0 || headerOf(rest) === null, 'more than a header is held back');
  },
});

/**
 * With permessage-deflate, the first frame of a compressed message has the first reserved bit, and no other
 * frame has it (RFC 7692 §6). Everything else is the same as without the extension.
 */
export const allowsCompression = fuzzProperty({
  name: 'allows-compression',
  claim: 'the frame follower handles compressed messages like plain ones, and treats RSV1 elsewhere as 1002',
  share: 0.03,
  cases: fc.record({
    stream: followedStreams(false),
    sizes: chunkSizes,
    strayMark: fc.option(fc.nat()),
  }),
  holds: ({ stream, sizes, strayMark }) => {
    const plain = followerOf(stream);
    const reading = new Following(plain);
    const bytes = Buffer.from(stream.bytes);
    const unmarkable: { offset: number; seen: object }[] = [];
    for (let offset = 0; offset < bytes.length; offset += 1) {
      const isFirstOfMessage = [1, 2].includes((bytes[offset] ?? 0) & 0x7f);
      if (reading.isAtBoundary && isFirstOfMessage) mark(bytes, offset);
      else if (reading.isAtBoundary && !plain.violation) unmarkable.push({ offset, seen: seen(plain) });
      reading.push(stream.bytes.subarray(offset, offset + 1));
    }
    // Only an extension defines the meaning of other reserved bits.
    if (plain.violation?.code === 1002) return;
    const marked = followerOf(stream, 'perMessageCompressed');
    const stray = strayMark === null ? undefined : unmarkable[strayMark % unmarkable.length];
    if (stray) mark(bytes, stray.offset);
    passAll(marked, inChunks(bytes, sizes));
    if (!stray || headerOf(bytes.subarray(stray.offset)) === null)
      assert.deepEqual(seen(marked), seen(plain));
    else assert.deepEqual(seen(marked), { ...stray.seen, violation: protocolError });
  },
});

/** After a close frame pings and pongs are allowed, and data is not (RFC 6455 §5.5.1). */
export const endsDataAtClose = fuzzProperty({
  name: 'ends-data-at-close',
  claim: 'the frame follower lets control frames follow a close frame, and stops before data',
  share: 0.03,
  cases: fc.constantFrom<FrameSender>('client', 'upstream').chain((sender) =>
    fc.record({
      sender: fc.constant(sender),
      frames: dataAfterClose({ sender, hasLongPayloads: false }),
      sizes: chunkSizes,
    }),
  ),
  holds: ({ sender, frames: { allowed, forbidden }, sizes }) => {
    const [before, after] = [allowed, forbidden].map((list) => Buffer.concat(list.map(encodeFrame)));
    const follower = followerOf({ sender, maxMessageBytes: Infinity });
    assert.equal(passAll(follower, inChunks(before ?? none, sizes)), before?.length);
    assert.equal(follower.violation, null);
    const closeCode = follower.closeCode;
    assert.notEqual(closeCode, null);
    follower.push(after ?? none);
    assert.deepEqual([follower.violation, follower.closeCode], [protocolError, closeCode]);
  },
});

function mark(bytes: Buffer, offset: number): void {
  bytes[offset] = (bytes[offset] ?? 0) | 0x40;
}

function followerOf(
  { sender, maxMessageBytes }: Omit<FollowedStream, 'bytes'>,
  reservedBits: ReservedBits = 'none',
): FrameFollower {
  const follower = new FrameFollower(new FrameRules(sender, reservedBits));
  follower.maxMessageBytes = maxMessageBytes;
  return follower;
}

function seen({ messages, frames, controlFrames, closeCode, violation }: FrameFollower): object {
  return { messages, frames, controlFrames, closeCode, violation };
}

/** The expected result of the follower for the frame at which `ws` ended. */
interface Verdict {
  violation: 1002 | 1009 | null;
  closeCode: number | null;
}

interface EndOfReading {
  end: WsEnd;
  /** The start of the frame at which `ws` ended, and the offset of that end. */
  frameStart: number;
  offset: number;
}

function agreeOnEnd(ending: EndOfReading, follower: FrameFollower, stream: FollowedStream): void {
  const { end } = ending;
  const verdict: Verdict = { violation: follower.violation?.code ?? null, closeCode: follower.closeCode };
  assert.deepEqual(verdict, verdictOn(ending, stream));
  if (end.kind === 'closed') assert.ok(follower.isAtBoundary, 'a close frame ends at a boundary');
}

/**
 * The end that `ws` found, in the terms of the follower. The cases name each intended difference of Sluice: a
 * proxy checks the form of frames, and leaves their content to the endpoints.
 */
function verdictOn({ end, frameStart, offset }: EndOfReading, stream: FollowedStream): Verdict {
  const { bytes, maxMessageBytes, sender } = stream;
  if (end.kind === 'closed') return { violation: null, closeCode: end.closeCode };
  if (hasOverlongLength(bytes.subarray(frameStart))) return { violation: 1002, closeCode: null };
  switch (end.errorCode) {
    case 'WS_ERR_INVALID_CLOSE_CODE':
      return { violation: null, closeCode: Number(/\d+$/.exec(end.detail)?.[0]) };
    case 'WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH':
      return verdictOnControlLength(bytes[offset - 1] ?? 0, sender);
    case 'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH':
      return verdictOnLength(bytes.readBigUInt64BE(offset - 8), maxMessageBytes);
    case 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH':
      return { violation: 1009, closeCode: null };
    default:
      return { violation: 1002, closeCode: null };
  }
}

// A close frame of one byte has the form of a control frame, but no code. `ws` checks the mask after the
// length.
function verdictOnControlLength(second: number, sender: FrameSender): Verdict {
  const isMasked = (second & 0x80) !== 0;
  const isShort = (second & 0x7f) === 1;
  if (isShort && isMasked === (sender === 'client')) return { violation: null, closeCode: noStatusReceived };
  return { violation: 1002, closeCode: null };
}

// `ws` must hold a message in memory, so it refuses lengths above 2⁵³ − 1. The RFC forbids lengths from 2⁶³
// on (§5.2), and a proxy without a limit can forward the others.
function verdictOnLength(length: bigint, maxMessageBytes: number): Verdict {
  if (length >= 2n ** 63n) return { violation: 1002, closeCode: null };
  return { violation: maxMessageBytes === Infinity ? null : 1009, closeCode: null };
}

function finishHeader(following: Following, rest: Buffer): void {
  const bytes = Buffer.concat([rest.subarray(0, maxHeaderBytes), Buffer.alloc(maxHeaderBytes)]);
  for (const byte of bytes.subarray(0, maxHeaderBytes)) {
    if (following.isAtBoundary) return;
    following.push(Uint8Array.of(byte));
  }
}
