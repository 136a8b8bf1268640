import { randomFillSync } from 'node:crypto';
import { opcodePong, type FrameSender } from './frame-rules.js';
import { pingFrame } from './own-frames.js';

const tagBytes = 4;
const payloadBytes = 8;
const maskBytes = 4;
/** The first byte of a pong: final, and no extension has a say in it. */
const firstByteOfPong = 0x80 | opcodePong;

/** Whether the frame whose bytes were fed is a pong to a ping of the gateway's own. */
export type PongVerdict = 'own' | 'other' | 'undecided';

/**
 * The gateway's pings to one peer, and the pongs to them, which are told apart by their payload: a random tag of this
 * connection and a number. The frame in question is fed to it byte by byte until it is decided.
 */
export class OwnPings {
  /** Milliseconds between the last answered ping and its pong; null: none yet. */
  roundTripMs: number | null = null;

  #tag: Buffer | null = null;
  #sent = 0;
  #answered = 0;
  #sentAtMs = 0;
  #fed: number[] = [];

  constructor(private readonly peer: FrameSender) {}

  /** Whether a pong is still to come. A later one answers the earlier pings too (RFC 6455 §5.5.3). */
  get isAwaited(): boolean {
    return this.#answered < this.#sent;
  }

  /** What was fed and is not decided yet, or was decided to be of somebody else. */
  get fed(): Buffer {
    return Buffer.from(this.#fed);
  }

  /** Whether a frame with this first byte has to be looked at. */
  mayBegin(firstByte: number): boolean {
    return firstByte === firstByteOfPong && this.isAwaited;
  }

  /** The frame of the next ping, which is taken to be sent now. */
  next(): Buffer {
    this.#tag ??= randomFillSync(Buffer.alloc(tagBytes));
    this.#sent += 1;
    this.#sentAtMs = performance.now();
    const payload = Buffer.alloc(payloadBytes);
    this.#tag.copy(payload);
    payload.writeUInt32BE(this.#sent, tagBytes);
    return pingFrame(payload, this.peer);
  }

  feed(byte: number): PongVerdict {
    this.#fed.push(byte);
    const maskLength = this.peer === 'client' ? maskBytes : 0;
    if (this.#fed.length === 2 && byte !== ((maskLength > 0 ? 0x80 : 0) | payloadBytes)) return 'other';
    if (this.#fed.length < 2 + maskLength + payloadBytes) return 'undecided';
    return this.#judge(maskLength) ? 'own' : 'other';
  }

  /** To be called once what was fed is dealt with. */
  forget(): void {
    this.#fed = [];
  }

  #judge(maskLength: number): boolean {
    const bytes = Buffer.from(this.#fed);
    const mask = bytes.subarray(2, 2 + maskLength);
    const payload = bytes.subarray(2 + maskLength);
    for (const [index, byte] of mask.length > 0 ? payload.entries() : []) {
      payload[index] = byte ^ (mask[index % maskBytes] ?? 0);
    }
    const number = payload.readUInt32BE(tagBytes);
    if (!this.#tag?.equals(payload.subarray(0, tagBytes)) || number > this.#sent) return false;
    this.#answered = Math.max(this.#answered, number);
    if (number === this.#sent) this.roundTripMs = performance.now() - this.#sentAtMs;
    return true;
  }
}
