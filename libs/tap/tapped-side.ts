import type { TapFrame } from '#libs/fleet';
import { GatheredBytes, type FrameSender } from '#libs/tunnel';
import { CollectedPayload } from './collected-payload.js';
import type { MessageInflater } from './message-inflater.js';
import type { RateBound } from './rate-bound.js';

type Payload = NonNullable<TapFrame['payload']>;

export interface TappedSideInput {
  from: FrameSender;
  /** The number of bytes to report of each payload; 0: none. */
  payloadBytes: number;
  /** Null if payloads are not inflated. */
  inflater: MessageInflater | null;
  maxCompressedBytes: number;
  rate: RateBound;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** The frame being received. */
interface CurrentFrame {
  atMs: number;
  opcode: TapFrame['opcode'];
  isFinal: boolean;
  isCompressed: boolean;
  length: number;
  /** Null if the payload is not reported. */
  payload: CollectedPayload | null;
}

const opcodes: readonly (TapFrame['opcode'] | undefined)[] = [
  'continuation',
  'text',
  'binary',
  ...Array<undefined>(5),
  'close',
  'ping',
  'pong',
];
const firstControlOpcode = 0x8;
const none = new Uint8Array(0);

/** Converts the bytes of one side to tap frames. */
export class TappedSide {
  #frame: CurrentFrame | null = null;
  #isMessageCompressed = false;
  // The compressed message being received; null if there is none, or it will not be inflated.
  #compressed: GatheredBytes | null = null;
  #compressedBytes = 0;

  constructor(private readonly input: TappedSideInput) {}

  begin(firstByte: number, length: number, mask: Uint8Array | null): void {
    if (this.#frame) this.omit();
    const isControl = (firstByte & 0x0f) >= firstControlOpcode;
    const opcode = opcodes[firstByte & 0x0f];
    if (!opcode) return;
    if (!isControl) this.#followMessage(opcode, (firstByte & 0x40) !== 0, length);
    const isCompressed = !isControl && this.#isMessageCompressed;
    const atMs = this.input.now();
    const shownBytes = isCompressed && this.#compressed ? length : Math.min(length, this.#shownBytes(atMs));
    this.#frame = {
      atMs,
      opcode,
      isFinal: (firstByte & 0x80) !== 0,
      isCompressed,
      length,
      payload: shownBytes > 0 ? new CollectedPayload(shownBytes, mask) : null,
    };
  }

  add(bytes: Uint8Array): void {
    this.#frame?.payload?.add(bytes);
  }

  /** Call it when a frame was missed, at least in part, since its message can't be inflated. */
  omit(): void {
    this.#frame = null;
    this.#compressed = null;
    this.input.inflater?.forget();
  }

  /** Ends the current frame; null if it is omitted. */
  end(): TapFrame | null {
    const frame = this.#frame;
    this.#frame = null;
    if (!frame) return null;
    // Also for an omitted frame, since later messages may refer back to its bytes.
    const payload = this.#payloadOf(frame);
    const { rate, from } = this.input;
    const { atMs, opcode, isFinal, isCompressed, length } = frame;
    if (rate.isReached(atMs)) return null;
    rate.add(payload?.bytes.length ?? 0, atMs);
    const at = new Date(atMs).toISOString();
    return { at, from, opcode, isFinal, isCompressed, length, payload: payload && encoded(payload) };
  }

  // Only the first frame of a message says whether the message is compressed (RFC 7692 §6).
  #followMessage(opcode: TapFrame['opcode'], isReserved1: boolean, length: number): void {
    const { inflater, maxCompressedBytes } = this.input;
    if (opcode !== 'continuation') {
      this.#isMessageCompressed = isReserved1;
      this.#compressed = isReserved1 && inflater ? new GatheredBytes() : null;
      this.#compressedBytes = 0;
    }
    this.#compressedBytes += length;
    if (!this.#compressed || this.#compressedBytes <= maxCompressedBytes) return;
    this.#compressed = null;
    inflater?.forget();
  }

  #payloadOf({ atMs, isCompressed, isFinal, length, payload }: CurrentFrame): ShownPayload | null {
    if (this.input.payloadBytes === 0) return null;
    if (isCompressed && this.#compressed) {
      if (payload) this.#compressed.add(payload.bytes);
      if (!isFinal) return null;
      const inflated = this.#inflate(this.#compressed.take(), atMs);
      if (inflated) return inflated;
    }
    const bytes = payload?.bytes.subarray(0, this.input.payloadBytes) ?? none;
    return { bytes, isTruncated: bytes.length < length, isInflated: false, unknownBytes: 0 };
  }

  #inflate(compressed: Uint8Array, nowMs: number): ShownPayload | null {
    this.#compressed = null;
    const inflated = this.input.inflater?.inflate(compressed, nowMs) ?? null;
    if (!inflated) return null;
    const bytes = inflated.bytes.subarray(0, this.input.payloadBytes);
    const isTruncated = bytes.length < inflated.bytes.length;
    return { bytes, isTruncated, isInflated: true, unknownBytes: inflated.countUnknown(bytes.length) };
  }

  #shownBytes(nowMs: number): number {
    return this.input.rate.isReached(nowMs) ? 0 : this.input.payloadBytes;
  }
}

interface ShownPayload extends Omit<Payload, 'bytes'> {
  bytes: Uint8Array;
}

function encoded({ bytes, ...rest }: ShownPayload): Payload {
  return { bytes: Buffer.from(bytes).toString('base64'), ...rest };
}
