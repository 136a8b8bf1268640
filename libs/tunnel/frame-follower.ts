import { headerBytesAt, maskAt, payloadBytesAt } from './frame-header.js';
import { firstControlOpcode, opcodeClose, type FrameRules, type NextData } from './frame-rules.js';

/** Close status "no status received": a close frame without a code (RFC 6455 §7.4.1). */
const noStatusReceived = 1005;

/** Why a direction can't go on, as the close frame says it. */
export interface FrameViolation {
  code: 1002 | 1009;
  reason: 'protocol error' | 'message too big';
}

const protocolError: FrameViolation = { code: 1002, reason: 'protocol error' };
const messageTooBig: FrameViolation = { code: 1009, reason: 'message too big' };

/** Whether the frame whose header, which is whole, begins at `offset` may pass now. */
export type FrameGate = (bytes: Uint8Array, offset: number) => boolean;

/** Sees the frames of one direction as they pass. What it is given is not its to keep. */
export interface FollowerObserver {
  /** A header is complete; `mask` is null where the payload is not masked. */
  onFrame(firstByte: number, payloadLength: number, mask: Uint8Array | null): void;
  /** A part of the payload, as it is on the wire. */
  onPayload(bytes: Uint8Array): void;
  onFrameEnd(): void;
}

/**
 * Follows the frames of one direction (RFC 6455 §5.2) through any chunking. It reads headers where they are, and neither
 * unmasks nor keeps payloads. It knows where frames end, so that a frame of the gateway's own can go between two of
 * them, counts, notes the code of a close frame, and stops before a frame that the RFC forbids or that makes
 * a message too big: nothing of such a frame passes.
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
  /** Asked before each frame: false stops before it. */
  gate: FrameGate | null = null;
  /** Sees the frames that begin from now on. */
  observer: FollowerObserver | null = null;

  #payloadLeft = 0;
  #isFinal = false;
  #opcode = 0;
  // The first two payload bytes of a close frame, masked as they came, and the part of the mask that is theirs.
  #closeBytes: number[] = [];
  #closeMask = 0;
  #nextData: NextData = 'newMessage';
  #messageBytes = 0;
  // The one that saw the header of the current frame.
  #frameObserver: FollowerObserver | null = null;

  constructor(private readonly rules: FrameRules) {}

  /** Whether what has passed ends with a whole frame. */
  get isAtBoundary(): boolean {
    return this.#payloadLeft === 0;
  }

  get hasClosed(): boolean {
    return this.closeCode !== null;
  }

  /** Whether nothing more is to be expected: a close frame has come, or a frame that is not let through. */
  get isOver(): boolean {
    return this.hasClosed || this.violation !== null;
  }

  /**
   * Follows the bytes from their start, and answers with how many of them may pass. A header passes whole or not at all: where the
   * bytes end within one, where the gate stops before a frame and where there is a violation, the rest has to come
   * again, in front of what follows it. `maxBytes` stops it likewise, at a header's end where it would be within one.
   */
  push(bytes: Uint8Array, maxBytes = bytes.length): number {
    let offset = 0;
    while (offset < maxBytes && this.violation === null) {
      if (this.#payloadLeft > 0) {
        offset += this.#followPayload(bytes, offset, maxBytes);
        continue;
      }
      const headerBytes = headerBytesAt(bytes, offset);
      if (headerBytes === 0 || this.gate?.(bytes, offset) === false) break;
      offset += this.#followHeader(bytes, offset, headerBytes);
    }
    return offset;
  }

  #followPayload(bytes: Uint8Array, offset: number, maxBytes: number): number {
    const length = Math.min(this.#payloadLeft, maxBytes - offset);
    if (this.#opcode === opcodeClose) this.#keepCloseBytes(bytes, offset, length);
    this.#frameObserver?.onPayload(bytes.subarray(offset, offset + length));
    this.#payloadLeft -= length;
    if (this.#payloadLeft === 0) this.#endFrame();
    return length;
  }

  #followHeader(bytes: Uint8Array, offset: number, headerBytes: number): number {
    const first = bytes[offset] ?? 0;
    const payloadBytes = payloadBytesAt(bytes, offset);
    this.#isFinal = (first & 0x80) !== 0;
    this.#opcode = first & 0x0f;
    this.violation = this.#violationOf(first, bytes[offset + 1] ?? 0, payloadBytes);
    if (this.violation) return 0;
    this.#payloadLeft = payloadBytes;
    if (this.#opcode === opcodeClose) this.#keepCloseMask(maskAt(bytes, offset, headerBytes));
    this.#frameObserver = this.observer;
    this.#frameObserver?.onFrame(first, payloadBytes, maskAt(bytes, offset, headerBytes));
    if (payloadBytes === 0) this.#endFrame();
    return headerBytes;
  }

  #violationOf(first: number, second: number, payloadLength: number): FrameViolation | null {
    if (this.rules.forbid(first, second, payloadLength, this.#nextData)) return protocolError;
    if (this.#opcode >= firstControlOpcode) return null;
    this.#messageBytes = payloadLength + (this.#nextData === 'continuation' ? this.#messageBytes : 0);
    return this.#messageBytes > this.maxMessageBytes ? messageTooBig : null;
  }

  #endFrame(): void {
    this.frames += 1;
    if (this.#opcode < firstControlOpcode) this.#endDataFrame();
    else this.controlFrames += 1;
    if (this.#opcode === opcodeClose) this.#noteClose();
    this.#frameObserver?.onFrameEnd();
  }

  #endDataFrame(): void {
    this.#nextData = this.#isFinal ? 'newMessage' : 'continuation';
    if (this.#isFinal) this.messages += 1;
  }

  #keepCloseMask(mask: Uint8Array | null): void {
    this.#closeMask = mask ? ((mask[0] ?? 0) << 8) | (mask[1] ?? 0) : 0;
  }

  #keepCloseBytes(bytes: Uint8Array, offset: number, length: number): void {
    for (let index = 0; index < length && this.#closeBytes.length < 2; index += 1) {
      this.#closeBytes.push(bytes[offset + index] ?? 0);
    }
  }

  #noteClose(): void {
    this.#nextData = 'none';
    if (this.closeCode !== null) return;
    const [high, low] = this.#closeBytes;
    const hasCode = high !== undefined && low !== undefined;
    this.closeCode = hasCode ? ((high << 8) | low) ^ this.#closeMask : noStatusReceived;
  }
}
