import { firstControlOpcode, opcodeClose, type FrameRules, type NextData } from './frame-rules.js';

const longestHeader = 14;

/** Close status "no status received": a close frame without a code (RFC 6455 §7.4.1). */
const noStatusReceived = 1005;

/** Why a direction can't go on, as the close frame says it. */
export interface FrameViolation {
  code: 1002 | 1009;
  reason: 'protocol error' | 'message too big';
}

const protocolError: FrameViolation = { code: 1002, reason: 'protocol error' };
const messageTooBig: FrameViolation = { code: 1009, reason: 'message too big' };

/** Sees the frames of one direction as they pass. What it is given is not its to keep. */
export interface FollowerObserver {
  /** A header is complete; `mask` is null where the payload is not masked. */
  onFrame(firstByte: number, payloadLength: number, mask: Uint8Array | null): void;
  /** A part of the payload, as it is on the wire. */
  onPayload(bytes: Uint8Array): void;
  onFrameEnd(): void;
}

/**
 * Follows the frames of one direction (RFC 6455 §5.2) through any chunking, reading headers only: payloads are
 * neither unmasked nor kept. It knows where frames end, so that a frame of the gateway's own can go between two of
 * them, counts, notes the code of a close frame, and stops before a frame that the RFC forbids or that makes
 * a message too big.
 */
export class FrameFollower {
  /** Data messages that are complete. */
  messages = 0;
  /** Frames that are complete, of every kind. */
  frames = 0;
  /** Control frames (§5.5) among them. */
  controlFrames = 0;
  /** Code of the first close frame; null until it has come whole. */
  closeCode: number | null = null;
  /** Set once, by the first frame that can't be let through; nothing is followed after it. */
  violation: FrameViolation | null = null;
  /** Bytes that a message may have over all of its frames, as they are on the wire: compressed where they are. */
  maxMessageBytes = Infinity;
  /** Asked before each frame, with its first byte: false stops before it. */
  gate: ((firstByte: number) => boolean) | null = null;
  /** Sees the frames that begin from now on. */
  observer: FollowerObserver | null = null;

  #payloadLeft = 0;
  #headerLength = 0;
  readonly #header = new Uint8Array(longestHeader);
  #isFinal = false;
  #opcode = 0;
  // The first two payload bytes of a close frame, masked as they came.
  #closeBytes: number[] = [];
  #nextData: NextData = 'newMessage';
  #messageBytes = 0;
  // The one that saw the header of the frame that is under way.
  #frameObserver: FollowerObserver | null = null;

  constructor(private readonly rules: FrameRules) {}

  /** Whether the bytes so far end with a whole frame. */
  get isAtBoundary(): boolean {
    return this.#payloadLeft === 0 && this.#headerLength === 0;
  }

  get hasClosed(): boolean {
    return this.closeCode !== null;
  }

  /** Whether nothing more is to be expected: a close frame has come, or a frame that is not let through. */
  get isOver(): boolean {
    return this.hasClosed || this.violation !== null;
  }

  /**
   * Follows a chunk; answers with how many of its bytes may pass: all of them unless there is a violation, or the gate
   * stopped it before a frame.
   */
  push(chunk: Uint8Array): number {
    let offset = 0;
    while (offset < chunk.length) {
      const isAtBoundary = this.#payloadLeft === 0 && this.#headerLength === 0;
      const frameStart = isAtBoundary ? offset : 0;
      if (this.#isBroken()) return frameStart;
      if (isAtBoundary && this.gate !== null && !this.gate(chunk[offset] ?? 0)) return offset;
      offset = this.#payloadLeft > 0 ? this.#followPayload(chunk, offset) : this.#followHeader(chunk, offset);
      if (this.#isBroken()) return frameStart;
    }
    return offset;
  }

  #isBroken(): boolean {
    return this.violation !== null;
  }

  #followPayload(chunk: Uint8Array, offset: number): number {
    const length = Math.min(this.#payloadLeft, chunk.length - offset);
    if (this.#opcode === opcodeClose) this.#keepCloseBytes(chunk, offset, length);
    this.#frameObserver?.onPayload(chunk.subarray(offset, offset + length));
    this.#payloadLeft -= length;
    if (this.#payloadLeft === 0) this.#endFrame();
    return offset + length;
  }

  #followHeader(chunk: Uint8Array, offset: number): number {
    const isWholeHere = this.#headerLength === 0;
    let position = offset;
    let wanted = this.#headerLengthWanted();
    while (position < chunk.length && this.#headerLength < wanted) {
      this.#header[this.#headerLength] = chunk[position] ?? 0;
      this.#headerLength += 1;
      position += 1;
      wanted = this.#headerLengthWanted();
    }
    if (this.#headerLength === wanted) this.#endHeader();
    // Nothing of the frame has passed yet, so that a close frame can still take its place.
    if (this.violation && isWholeHere) this.#headerLength = 0;
    return position;
  }

  #headerLengthWanted(): number {
    if (this.#headerLength < 2) return 2;
    const second = this.#header[1] ?? 0;
    const maskLength = second & 0x80 ? 4 : 0;
    const length = second & 0x7f;
    if (length < 126) return 2 + maskLength;
    return (length === 126 ? 4 : 10) + maskLength;
  }

  #endHeader(): void {
    const first = this.#header[0] ?? 0;
    const second = this.#header[1] ?? 0;
    this.#isFinal = (first & 0x80) !== 0;
    this.#opcode = first & 0x0f;
    const payloadLength = this.#payloadLength(second & 0x7f);
    this.violation = this.#violationOf(first, second, payloadLength);
    if (this.violation) return;
    this.#payloadLeft = payloadLength;
    this.#frameObserver = this.observer;
    this.#frameObserver?.onFrame(first, payloadLength, this.#mask());
    if (this.#payloadLeft === 0) this.#endFrame();
    else if (this.#opcode !== opcodeClose) this.#headerLength = 0;
  }

  #violationOf(first: number, second: number, payloadLength: number): FrameViolation | null {
    if (this.rules.forbid(first, second, payloadLength, this.#nextData)) return protocolError;
    if (this.#opcode >= firstControlOpcode) return null;
    this.#messageBytes = payloadLength + (this.#nextData === 'continuation' ? this.#messageBytes : 0);
    return this.#messageBytes > this.maxMessageBytes ? messageTooBig : null;
  }

  // By hand, since a DataView for each header would be an allocation for each message.
  #payloadLength(shortLength: number): number {
    if (shortLength < 126) return shortLength;
    const end = shortLength === 126 ? 4 : 10;
    if (end === 10 && (this.#header[2] ?? 0) & 0x80) return Infinity;
    let length = 0;
    for (let index = 2; index < end; index += 1) length = length * 256 + (this.#header[index] ?? 0);
    return length;
  }

  #endFrame(): void {
    this.frames += 1;
    if (this.#opcode < firstControlOpcode) this.#endDataFrame();
    else this.controlFrames += 1;
    if (this.#opcode === opcodeClose) this.#noteClose();
    this.#headerLength = 0;
    this.#frameObserver?.onFrameEnd();
  }

  #endDataFrame(): void {
    this.#nextData = this.#isFinal ? 'newMessage' : 'continuation';
    if (this.#isFinal) this.messages += 1;
  }

  // The header stays until a close frame ends, since its last four bytes are the mask.
  #keepCloseBytes(chunk: Uint8Array, offset: number, length: number): void {
    for (let index = 0; index < length && this.#closeBytes.length < 2; index += 1) {
      this.#closeBytes.push(chunk[offset + index] ?? 0);
    }
  }

  #noteClose(): void {
    this.#nextData = 'none';
    if (this.closeCode !== null) return;
    const [high, low] = this.#closeBytes;
    const mask = this.#mask();
    this.closeCode =
      high === undefined || low === undefined
        ? noStatusReceived
        : ((high ^ (mask?.[0] ?? 0)) << 8) | (low ^ (mask?.[1] ?? 0));
  }

  // The last four bytes of a complete header, where it has one.
  #mask(): Uint8Array | null {
    const isMasked = ((this.#header[1] ?? 0) & 0x80) !== 0;
    return isMasked ? this.#header.subarray(this.#headerLength - 4, this.#headerLength) : null;
  }
}
