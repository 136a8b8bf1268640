import type { TapFrame } from '#libs/fleet';
import type { FrameObserver, FrameSender } from '#libs/tunnel';
import { MessageInflater } from './message-inflater.js';
import { negotiatedDeflate, type NegotiatedDeflate } from './negotiated-deflate.js';
import { RateBound } from './rate-bound.js';
import type { TapBounds } from './tap-bounds.js';
import { TappedSide } from './tapped-side.js';

export interface FrameTapInput {
  /** Bytes of each payload that are shown; 0: no payload. */
  payloadBytes: number;
  /** What the 101 said in `Sec-WebSocket-Extensions`. */
  negotiatedExtensions: string | null;
  /** The sides that had sent nothing yet when the tap began. */
  silentSoFar: readonly FrameSender[];
  bounds: TapBounds;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Called for each frame, shown or left out; null is one that is left out. */
  onFrame(frame: TapFrame | null): void;
}

/**
 * Shows the frames of one connection as they pass, within bounds. What it costs is bounded too, and it is the path of
 * the bytes that pays: 0.15 µs for a frame that is left out, some microseconds for one that is shown, some tens of them
 * for a message that is inflated.
 */
export class FrameTap implements FrameObserver {
  readonly #sides: Record<FrameSender, TappedSide>;

  constructor(private readonly input: FrameTapInput) {
    const { bounds, now } = input;
    const shown = new RateBound({ count: bounds.framesPerSecond, size: bounds.payloadBytesPerSecond });
    const inflated = new RateBound({
      count: bounds.inflatedMessagesPerSecond,
      size: bounds.inflatedBytesPerSecond,
    });
    const deflate = input.payloadBytes > 0 ? negotiatedDeflate(input.negotiatedExtensions) : null;
    const side = (from: FrameSender): TappedSide =>
      new TappedSide({
        from,
        payloadBytes: input.payloadBytes,
        inflater: deflate && this.#createInflater(from, deflate, inflated),
        maxCompressedBytes: bounds.maxCompressedBytes,
        rate: shown,
        now,
      });
    this.#sides = { client: side('client'), upstream: side('upstream') };
  }

  onFrame(from: FrameSender, firstByte: number, payloadLength: number, mask: Uint8Array | null): void {
    this.#sides[from].begin(firstByte, payloadLength, mask);
  }

  onPayload(from: FrameSender, bytes: Uint8Array): void {
    this.#sides[from].add(bytes);
  }

  onFrameEnd(from: FrameSender): void {
    this.input.onFrame(this.#sides[from].end());
  }

  onFrameOmitted(from: FrameSender): void {
    this.#sides[from].omit();
    this.input.onFrame(null);
  }

  #createInflater(from: FrameSender, deflate: NegotiatedDeflate, rate: RateBound): MessageInflater {
    const { silentSoFar, bounds } = this.input;
    return new MessageInflater({
      hasContextTakeover: deflate[from].hasContextTakeover,
      isFromStart: silentSoFar.includes(from),
      maxInflatedBytes: bounds.maxInflatedBytes,
      rate,
    });
  }
}
