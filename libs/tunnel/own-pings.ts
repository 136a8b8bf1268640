import { randomBytes } from 'node:crypto';
import { opcodePong, type FrameSender } from './frame-rules.js';
import { pingFrame } from './own-frames.js';

const wordBytes = 4;
const payloadBytes = 2 * wordBytes;
/** The first byte of a pong: FIN is set, and no extension sets a reserved bit. */
const firstByteOfPong = 0x80 | opcodePong;

/** Whether a frame is a pong to a ping of the gateway; `undecided` until the frame is complete. */
export type PongVerdict = 'own' | 'other' | 'undecided';

/**
 * The gateway's pings to one peer and the pongs to them. A pong is recognized by its payload: a random tag of
 * this connection and the number of the ping.
 */
export class OwnPings {
  /** Milliseconds between the last answered ping and its pong; null if no ping was answered yet. */
  roundTripMs: number | null = null;
  /** The length in bytes of a complete pong to one of these pings. */
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

  /** Whether a pong is outstanding. A later pong also answers the earlier pings (RFC 6455 §5.5.3). */
  get isAwaited(): boolean {
    return this.#answered < this.#sent;
  }

  /** Returns the frame of the next ping and records it as sent now. */
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
   * Checks the frame whose header begins at `offset`, and records the answer if it is a pong to one of these
   * pings. Each ping is answered once. A peer that repeats a pong therefore cannot cause more checks than
   * there were pings: the repeated pongs count as the peer's own.
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
