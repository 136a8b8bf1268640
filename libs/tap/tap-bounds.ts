/** The bounds of one tap; frames above them are omitted and counted. */
export interface TapBounds {
  framesPerSecond: number;
  payloadBytesPerSecond: number;
  /** The maximum number of inflated messages in a second, and of their bytes. */
  inflatedMessagesPerSecond: number;
  inflatedBytesPerSecond: number;
  /** The maximum number of compressed and of inflated bytes of a message. */
  maxCompressedBytes: number;
  maxInflatedBytes: number;
}

// Inflating a message of 5 KB takes some 25 µs, of 256 KiB 0.6 ms, and twice as long while its context is
// unknown.
export const defaultTapBounds: TapBounds = {
  framesPerSecond: 200,
  payloadBytesPerSecond: 262_144,
  inflatedMessagesPerSecond: 500,
  inflatedBytesPerSecond: 4_194_304,
  maxCompressedBytes: 65_536,
  maxInflatedBytes: 262_144,
};
