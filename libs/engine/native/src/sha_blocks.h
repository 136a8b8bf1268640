#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace sluice {

/// Bytes of a block of SHA-1 and SHA-256.
constexpr size_t kShaBlockBytes = 64;

/// The big-endian word at `bytes`.
inline uint32_t wordAt(const uint8_t* bytes) {
  return static_cast<uint32_t>(bytes[0]) << 24 | static_cast<uint32_t>(bytes[1]) << 16 |
         static_cast<uint32_t>(bytes[2]) << 8 | static_cast<uint32_t>(bytes[3]);
}

/// Calls `addBlock` with each block of a message that is padded for SHA-1 or SHA-256 (FIPS 180-4 §5.1.1).
template <typename AddBlock>
void forEachShaBlock(const uint8_t* bytes, size_t length, AddBlock addBlock) {
  constexpr size_t kLengthBytes = 8;
  size_t offset = 0;
  for (; length - offset >= kShaBlockBytes; offset += kShaBlockBytes) addBlock(bytes + offset);
  // The rest, a bit of 1, and the length in bits at the end of a block.
  uint8_t last[2 * kShaBlockBytes] = {};
  const size_t rest = length - offset;
  if (rest > 0) std::memcpy(last, bytes + offset, rest);
  last[rest] = 0x80;
  const size_t lastBytes = rest + 1 + kLengthBytes <= kShaBlockBytes ? kShaBlockBytes : 2 * kShaBlockBytes;
  const uint64_t bits = static_cast<uint64_t>(length) * 8;
  for (size_t index = 0; index < kLengthBytes; index += 1) {
    last[lastBytes - 1 - index] = static_cast<uint8_t>(bits >> (8 * index));
  }
  for (size_t at = 0; at < lastBytes; at += kShaBlockBytes) addBlock(last + at);
}

/// The digest of a state: the bytes of its words, big-endian.
template <typename Digest, typename State>
Digest digestOf(const State& state) {
  Digest digest{};
  for (size_t index = 0; index < digest.size(); index += 1) {
    digest[index] = static_cast<uint8_t>(state[index / 4] >> (24 - 8 * (index % 4)));
  }
  return digest;
}

}  // namespace sluice
