/** What one tap may cost; what is above is left out and counted. */
export interface TapBounds {
  framesPerSecond: number;
  payloadBytesPerSecond: number;
  /** Messages that are inflated in a second, and the bytes that they give. */
  inflatedMessagesPerSecond: number;
  inflatedBytesPerSecond: number;
  /** Compressed bytes of a message that is inflated, and the most that it may give. */
  maxCompressedBytes: number;
  maxInflatedBytes: number;
}

// To inflate a message of 5 KB takes some 25 µs, one of 256 KiB 0.6 ms; twice that while its context is not known.
export const defaultTapBounds: TapBounds = {
  framesPerSecond: 200,
  payloadBytesPerSecond: 262_144,
  inflatedMessagesPerSecond: 500,
  inflatedBytesPerSecond: 4_194_304,
  maxCompressedBytes: 65_536,
  maxInflatedBytes: 262_144,
};
