import { randomBytes } from 'node:crypto';
import { opcodePong, type FrameSender } from './frame-rules.js';
import { pingFrame } from './own-frames.js';

const wordBytes = 4;
const payloadBytes = 2 * wordBytes;
/** The first byte of a pong: final, and no extension has a say in it. */
const firstByteOfPong = 0x80 | opcodePong;

/** Whether a frame is a pong to a ping of the gateway's; `undecided` until all of it is there. */
export type PongVerdict = 'own' | 'other' | 'undecided';

/**
 * The gateway's pings to one peer, and the pongs to them, which are recognized by their payload: a random tag of this
 * connection and the number of the ping.
 */
export class OwnPings {
  /** Milliseconds between the last answered ping and its pong; null: none yet. */
  roundTripMs: number | null = null;
  /** Bytes of a whole pong to one of these pings. */
  readonly pongBytes: number;

  readonly #secondByteOfPong: number;
  #tag: number | null = null;
  #sent = 0;
  #answered = 0;
  #sentAtMs = 0;

  constructor(private readonly peer: FrameSender) {
    const isMasked = peer === 'client';
    this.pongBytes = 2 + (isMasked ? wordBytes : 0) + payloadBytes;
    this.#secondByteOfPong = (isMasked ? 0x80 : 0) | payloadBytes;
  }

  /** Whether a pong is still to come. A later one answers the earlier pings too (RFC 6455 §5.5.3). */
  get isAwaited(): boolean {
    return this.#answered < this.#sent;
  }

  /** The frame of the next ping, which is taken to be sent now. */
  next(): Buffer {
    this.#tag ??= randomBytes(wordBytes).readUInt32BE();
    this.#sent += 1;
    this.#sentAtMs = performance.now();
    const payload = Buffer.alloc(payloadBytes);
    payload.writeUInt32BE(this.#tag);
    payload.writeUInt32BE(this.#sent, wordBytes);
    return pingFrame(payload, this.peer);
  }

  /**
   * Judges the frame whose header begins at `offset`, and notes the answer where it is one. Each ping is answered once, so a
   * peer that repeats a pong can't have more frames looked at than there were pings: what it repeats is not the gateway's.
   */
  takePong(bytes: Uint8Array, offset: number): PongVerdict {
    if (bytes[offset] !== firstByteOfPong || !this.isAwaited) return 'other';
    if (bytes[offset + 1] !== this.#secondByteOfPong) return 'other';
    const end = offset + this.pongBytes;
    if (end > bytes.length) return 'undecided';
    const start = end - payloadBytes;
    const mask = this.peer === 'client' ? wordAt(bytes, start - wordBytes) : 0;
    const number = (wordAt(bytes, start + wordBytes) ^ mask) >>> 0;
    if ((wordAt(bytes, start) ^ mask) >>> 0 !== this.#tag) return 'other';
    if (number <= this.#answered || number > this.#sent) return 'other';
    this.#answered = number;
    if (number === this.#sent) this.roundTripMs = performance.now() - this.#sentAtMs;
    return 'own';
  }
}

function wordAt(bytes: Uint8Array, offset: number): number {
  const high = ((bytes[offset] ?? 0) << 24) | ((bytes[offset + 1] ?? 0) << 16);
  return high | ((bytes[offset + 2] ?? 0) << 8) | (bytes[offset + 3] ?? 0);
}
