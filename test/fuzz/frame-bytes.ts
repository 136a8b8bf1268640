/** A frame before it is encoded, valid or not. */
export interface FrameShape {
  isFinal: boolean;
  /** The three reserved bits, as a number from 0 to 7. */
  reserved: number;
  opcode: number;
  /** Null: unmasked. */
  mask: Uint8Array | null;
  payload: Uint8Array;
  /** The size of the length field in bits; `null` is the shortest form (RFC 6455 §5.2). */
  lengthBits: 7 | 16 | 64 | null;
  /** The length in the header, if it differs from the payload's. */
  claimedLength: bigint | null;
}

/** A valid control frame; masked exactly when a client sends it. */
export function controlFrame(opcode: number, payload: Uint8Array, mask: Uint8Array | null): FrameShape {
  return { isFinal: true, reserved: 0, opcode, mask, payload, lengthBits: null, claimedLength: null };
}

/** The bytes of a frame (RFC 6455 §5.2), its payload masked if there is a mask. */
export function encodeFrame(frame: FrameShape): Buffer {
  const { mask, payload } = frame;
  const first = (frame.isFinal ? 0x80 : 0) | (frame.reserved << 4) | frame.opcode;
  const length = frame.claimedLength ?? BigInt(payload.length);
  const second = encodeLength(length, frame.lengthBits ?? shortestForm(length));
  second[0] = (second[0] ?? 0) | (mask ? 0x80 : 0);
  const masked = mask ? payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0)) : payload;
  return Buffer.concat([Buffer.from([first]), second, mask ?? Buffer.alloc(0), masked]);
}

/** The end offsets of consecutive frames. */
export function frameEnds(frames: readonly FrameShape[]): number[] {
  let end = 0;
  return frames.map((frame) => (end += encodeFrame(frame).length));
}

function shortestForm(length: bigint): 7 | 16 | 64 {
  if (length < 126n) return 7;
  return length < 65_536n ? 16 : 64;
}

function encodeLength(length: bigint, bits: 7 | 16 | 64): Buffer {
  if (bits === 7) return Buffer.from([Number(length % 126n)]);
  if (bits === 16) {
    const bytes = Buffer.from([126, 0, 0]);
    bytes.writeUInt16BE(Number(length % 65_536n), 1);
    return bytes;
  }
  const bytes = Buffer.alloc(9, 127);
  bytes.writeBigUInt64BE(length, 1);
  return bytes;
}

interface FrameHeader {
  length: number;
  payloadLength: number;
  mask: Uint8Array | null;
}

/** The header at the start of the bytes; null if it is incomplete. */
export function headerOf(bytes: Buffer): FrameHeader | null {
  const second = bytes[1] ?? 0;
  const shortLength = second & 0x7f;
  const lengthBytes = shortLength < 126 ? 0 : shortLength === 126 ? 2 : 8;
  const maskStart = 2 + lengthBytes;
  const length = maskStart + (second & 0x80 ? 4 : 0);
  if (bytes.length < length) return null;
  return {
    length,
    payloadLength: payloadLengthIn(bytes.subarray(2, maskStart)) ?? shortLength,
    mask: length > maskStart ? bytes.subarray(maskStart, length) : null,
  };
}

/**
 * Whether the bytes begin with a header whose length is complete and not in its shortest form (RFC 6455
 * §5.2).
 */
export function hasOverlongLength(bytes: Buffer): boolean {
  const shortLength = (bytes[1] ?? 0) & 0x7f;
  const lengthEnd = shortLength === 126 ? 4 : 10;
  if (shortLength < 126 || bytes.length < lengthEnd) return false;
  return (payloadLengthIn(bytes.subarray(2, lengthEnd)) ?? 0) < (shortLength === 126 ? 126 : 65_536);
}

function payloadLengthIn(extended: Buffer): number | null {
  if (extended.length === 0) return null;
  return extended.length === 2 ? extended.readUInt16BE() : Number(extended.readBigUInt64BE());
}

const patternStep = 31;

/**
 * A payload with a pattern, because generating and shrinking random bytes would take time in proportion to
 * their length.
 */
export function patternOf(length: number, start: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => start + index * patternStep);
}

/** Whether these bytes could be the result of `patternOf`. */
export function isPattern(payload: Uint8Array): boolean {
  return payload.every((byte, index) => byte === (((payload[0] ?? 0) + index * patternStep) & 0xff));
}

/** Code and reason of the close frame in these bytes, with a space between them. */
export function closeIn(frame: Buffer): string {
  const header = headerOf(frame);
  if (!header || frame[0] !== 0x88) return `no close frame: ${frame.toString('hex')}`;
  const { length, mask } = header;
  const payload = Buffer.from(frame.subarray(length).map((byte, index) => byte ^ (mask?.[index % 4] ?? 0)));
  return `${payload.readUInt16BE()} ${payload.toString('utf8', 2)}`;
}
