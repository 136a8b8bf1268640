const maskBit = 0x80;
const shortLengthBits = 0x7f;
const maskBytes = 4;

/**
 * Returns the length in bytes of the frame header (RFC 6455 §5.2) that begins at `offset`, or 0 if the header
 * is not complete.
 */
export function headerBytesAt(bytes: Uint8Array, offset: number): number {
  const available = bytes.length - offset;
  if (available < 2) return 0;
  const second = bytes[offset + 1] ?? 0;
  const shortLength = second & shortLengthBits;
  const lengthEnd = shortLength < 126 ? 2 : shortLength === 126 ? 4 : 10;
  const end = second & maskBit ? lengthEnd + maskBytes : lengthEnd;
  return end <= available ? end : 0;
}

/**
 * Returns the payload length in bytes from the complete header at `offset`, or Infinity if the most
 * significant bit of a 64-bit length is set. It reads the bytes directly, because a DataView for each header
 * would be an allocation for each message.
 */
export function payloadBytesAt(bytes: Uint8Array, offset: number): number {
  const shortLength = (bytes[offset + 1] ?? 0) & shortLengthBits;
  if (shortLength < 126) return shortLength;
  const start = offset + 2;
  const end = start + (shortLength === 126 ? 2 : 8);
  if (shortLength === 127 && (bytes[start] ?? 0) & 0x80) return Infinity;
  let length = 0;
  for (let index = start; index < end; index += 1) length = length * 256 + (bytes[index] ?? 0);
  return length;
}

/**
 * Returns the mask of a complete header of `headerBytes` bytes at `offset`, as a part of `bytes`, or null if
 * the header has no mask.
 */
export function maskAt(bytes: Uint8Array, offset: number, headerBytes: number): Uint8Array | null {
  const isMasked = ((bytes[offset + 1] ?? 0) & maskBit) !== 0;
  const end = offset + headerBytes;
  return isMasked ? bytes.subarray(end - maskBytes, end) : null;
}
