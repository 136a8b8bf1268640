#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "../src/frame_rules.h"

namespace sluice {

using Bytes = std::vector<uint8_t>;

constexpr std::array<uint8_t, 4> kTestMask = {9, 8, 7, 6};
constexpr Side kBothSides[] = {Side::kClient, Side::kUpstream};

inline Bytes concat(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

inline Bytes partOf(const Bytes& bytes, size_t from, size_t to) {
  return Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.begin() + static_cast<std::ptrdiff_t>(to));
}

inline Bytes bytesOf(const std::string& text) { return Bytes(text.begin(), text.end()); }

/// A length in the form of so many bits (RFC 6455 §5.2): 7, 16 or 64; with the mask bit or without it.
inline Bytes lengthField(uint64_t length, int bits, bool isMasked) {
  const uint8_t maskBit = isMasked ? kMaskBit : 0;
  if (bits == 7) return {static_cast<uint8_t>(maskBit | length)};
  Bytes field{static_cast<uint8_t>(maskBit | (bits == 16 ? 126 : 127))};
  for (int shift = bits - 8; shift >= 0; shift -= 8) field.push_back(static_cast<uint8_t>(length >> shift));
  return field;
}

inline int shortestForm(uint64_t length) { return length < 126 ? 7 : length < 65536 ? 16 : 64; }

/// The header of a frame of this sender with this length, allowed or not.
inline Bytes headerOf(Side sender, uint8_t firstByte, uint64_t length, int bits = 0) {
  const bool isMasked = sender == Side::kClient;
  Bytes header{firstByte};
  const Bytes field = lengthField(length, bits == 0 ? shortestForm(length) : bits, isMasked);
  header.insert(header.end(), field.begin(), field.end());
  if (isMasked) header.insert(header.end(), kTestMask.begin(), kTestMask.end());
  return header;
}

inline Bytes frameOf(Side sender, uint8_t firstByte, const Bytes& payload) {
  Bytes frame = headerOf(sender, firstByte, payload.size());
  for (size_t index = 0; index < payload.size(); index += 1) {
    frame.push_back(sender == Side::kClient ? payload[index] ^ kTestMask[index % 4] : payload[index]);
  }
  return frame;
}

inline Bytes frameOf(Side sender, uint8_t firstByte, size_t length) {
  return frameOf(sender, firstByte, Bytes(length, 0x88));
}

inline Bytes textFrame(Side sender, const std::string& text) {
  return frameOf(sender, kFinalBit | kOpcodeText, bytesOf(text));
}

inline Bytes closeFrameOf(Side sender, int code, const std::string& reason = "") {
  Bytes payload = {static_cast<uint8_t>(code >> 8), static_cast<uint8_t>(code)};
  payload.insert(payload.end(), reason.begin(), reason.end());
  return frameOf(sender, kFinalBit | kOpcodeClose, payload);
}

}  // namespace sluice
