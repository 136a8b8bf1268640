import { headerBytesAt, maskAt, payloadBytesAt } from './frame-header.js';
import { firstControlOpcode, opcodeClose, type FrameRules, type NextData } from './frame-rules.js';

/** The close status "no status received": the close frame has no code (RFC 6455 §7.4.1). */
const noStatusReceived = 1005;

/** Why a direction cannot continue: the code and the reason of the close frame. */
export interface FrameViolation {
  code: 1002 | 1009;
  reason: 'protocol error' | 'message too big';
}

const protocolError: FrameViolation = { code: 1002, reason: 'protocol error' };
const messageTooBig: FrameViolation = { code: 1009, reason: 'message too big' };

/** Reports whether the frame whose complete header begins at `offset` may pass now. */
export type FrameGate = (bytes: Uint8Array, offset: number) => boolean;

/**
 * Observes the frames of one direction as they pass. It must not keep references to the bytes that it is
 * given.
 */
export interface FollowerObserver {
  /** A header is complete; `mask` is null if the payload is not masked. */
  onFrame(firstByte: number, payloadLength: number, mask: Uint8Array | null): void;
  /** A part of the payload, as on the wire. */
  onPayload(bytes: Uint8Array): void;
  onFrameEnd(): void;
}

/**
 * Follows the frames of one direction (RFC 6455 §5.2), however the bytes are chunked. It reads headers in
 * place, and neither unmasks nor keeps payloads. It knows where frames end, so that the gateway can insert
 * its own frame between two of them. It counts frames, records the code of a close frame, and stops before a
 * frame that the RFC forbids or that makes a message too large. No byte of such a frame passes.
 */
export class FrameFollower {
  /** Complete data messages. */
  messages = 0;
  /** Complete frames of every kind. */
  frames = 0;
  /** The control frames (§5.5) among them. */
  controlFrames = 0;
  /** The code of the first close frame; null until that frame is complete. */
  closeCode: number | null = null;
  /** Set once, by the first frame that must not pass. No frame is followed after it. */
  violation: FrameViolation | null = null;
  /**
   * The maximum number of bytes of a message over all of its frames, as they are on the wire: compressed
   * bytes if the message is compressed.
   */
  maxMessageBytes = Infinity;
  /** Called before each frame. If it returns false, the follower stops before the frame. */
  gate: FrameGate | null = null;
  /** Observes the frames that begin after it is set. */
  observer: FollowerObserver | null = null;

  #payloadLeft = 0;
  #isFinal = false;
  #opcode = 0;
  // The first two payload bytes of a close frame, still masked, and the two mask bytes that apply to them.
  #closeBytes: number[] = [];
  #closeMask = 0;
  #nextData: NextData = 'newMessage';
  #messageBytes = 0;
  // The observer that received the header of the current frame.
  #frameObserver: FollowerObserver | null = null;

  constructor(private readonly rules: FrameRules) {}

  /** Whether the bytes that have passed end with a complete frame. */
  get isAtBoundary(): boolean {
    return this.#payloadLeft === 0;
  }

  get hasClosed(): boolean {
    return this.closeCode !== null;
  }

  /** Whether no more data is expected: a close frame has arrived, or a frame that must not pass. */
  get isOver(): boolean {
    return this.hasClosed || this.violation !== null;
  }

  /**
   * Follows the bytes from their start, and returns how many of them may pass. A header passes as a whole or
   * not at all. If the bytes end within a header, the gate stops before a frame, or there is a violation, the
   * caller must pass the remaining bytes again, in front of the bytes that follow. `maxBytes` is a limit of
   * the same kind; if it falls within a header, the follower stops at the end of that header.
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
