#pragma once

#include <cstddef>
#include <cstdint>

namespace sluice {

/// Returned for a 64-bit length whose most significant bit is set, which the RFC forbids.
constexpr uint64_t kForbiddenLength = UINT64_MAX;

/// Returns the size in bytes of the frame header (RFC 6455 §5.2) that begins at `at`; 0 if the header is incomplete.
inline size_t headerBytesAt(const uint8_t* at, size_t available) {
  if (available < 2) return 0;
  const uint8_t shortLength = at[1] & 0x7f;
  const size_t lengthEnd = shortLength < 126 ? 2 : shortLength == 126 ? 4 : 10;
  const size_t end = (at[1] & 0x80) != 0 ? lengthEnd + 4 : lengthEnd;
  return end <= available ? end : 0;
}

/// Returns the payload length, in bytes, from a complete header.
inline uint64_t payloadBytesAt(const uint8_t* at) {
  const uint8_t shortLength = at[1] & 0x7f;
  if (shortLength < 126) return shortLength;
  const size_t lengthBytes = shortLength == 126 ? 2 : 8;
  if (shortLength == 127 && (at[2] & 0x80) != 0) return kForbiddenLength;
  uint64_t length = 0;
  for (size_t index = 0; index < lengthBytes; index += 1) length = length << 8 | at[2 + index];
  return length;
}

/// Returns the mask from a complete header of `headerBytes` bytes; null if the frame is not masked.
inline const uint8_t* maskAt(const uint8_t* at, size_t headerBytes) {
  return (at[1] & 0x80) != 0 ? at + headerBytes - 4 : nullptr;
}

}  // namespace sluice
