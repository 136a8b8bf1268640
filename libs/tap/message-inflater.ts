import { constants, inflateRawSync, type ZlibOptions } from 'node:zlib';
import type { RateBound } from './rate-bound.js';

/** The content of a compressed message. */
export interface InflatedMessage {
  bytes: Uint8Array;
  /** The number of unknown bytes among the first `length`; unknown bytes are zero. */
  countUnknown(length: number): number;
}

export interface MessageInflaterInput {
  hasContextTakeover: boolean;
  /** Whether nothing was sent earlier, so that the window is empty. */
  isFromStart: boolean;
  maxInflatedBytes: number;
  rate: RateBound;
}

const windowBytes = 32_768;
// The bytes that a sender removes from the end of each message (RFC 7692 §7.2.1).
const tail = Buffer.from([0x00, 0x00, 0xff, 0xff]);

/**
 * Inflates the messages of one direction (RFC 7692 §7.2.2). A message that may repeat data of unseen messages
 * is inflated twice: with a window of zeros, and with a window of 255s. A byte that is equal in both results
 * is known. A byte that differs was copied, directly or indirectly, from unseen data.
 */
export class MessageInflater {
  #window: Uint8Array;
  // The window in which each unknown byte is 255 instead of 0; null if all bytes are known.
  #shadow: Uint8Array | null;

  constructor(private readonly input: MessageInflaterInput) {
    const isKnown = input.isFromStart || !input.hasContextTakeover;
    this.#window = isKnown ? Buffer.alloc(0) : Buffer.alloc(windowBytes, 0);
    this.#shadow = isKnown ? null : Buffer.alloc(windowBytes, 255);
  }

  /** Call it for each message in order. Returns null if the message can't be inflated within the bounds. */
  inflate(compressed: Uint8Array, nowMs: number): InflatedMessage | null {
    const { rate, maxInflatedBytes } = this.input;
    const shadow = this.#shadow;
    const bytes = rate.isReached(nowMs) ? null : this.#inflateWith(this.#window, compressed);
    const second = bytes && shadow ? this.#inflateWith(shadow, compressed) : bytes;
    rate.add(bytes?.length ?? maxInflatedBytes, nowMs);
    if (!bytes || !second) {
      this.forget();
      return null;
    }
    if (this.input.hasContextTakeover) this.#remember(bytes, second);
    return { bytes, countUnknown: (length) => differences(bytes, second, length) };
  }

  /** Call it when a message was not inflated, since later messages may repeat its data. */
  forget(): void {
    if (!this.input.hasContextTakeover) return;
    this.#window = Buffer.alloc(windowBytes, 0);
    this.#shadow = Buffer.alloc(windowBytes, 255);
  }

  #inflateWith(dictionary: Uint8Array, compressed: Uint8Array): Uint8Array | null {
    const options: ZlibOptions = {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: this.input.maxInflatedBytes,
      ...(dictionary.length > 0 && { dictionary }),
    };
    try {
      return inflateRawSync(Buffer.concat([compressed, tail]), options);
    } catch {
      return null;
    }
  }

  #remember(bytes: Uint8Array, second: Uint8Array): void {
    this.#window = lastOf(this.#window, bytes);
    this.#shadow = this.#shadow && lastOf(this.#shadow, second);
    if (this.#shadow && Buffer.compare(this.#window, this.#shadow) === 0) this.#shadow = null;
  }
}

function lastOf(window: Uint8Array, bytes: Uint8Array): Uint8Array {
  const kept = Math.max(0, windowBytes - bytes.length);
  return Buffer.concat([window.subarray(Math.max(0, window.length - kept)), bytes.subarray(-windowBytes)]);
}

function differences(one: Uint8Array, other: Uint8Array, length: number): number {
  if (one === other) return 0;
  let count = 0;
  for (let index = 0; index < length; index += 1) if (one[index] !== other[index]) count += 1;
  return count;
}
