#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sluice {

/// The buffer that all sockets of a loop read into. libuv reads one socket at a time; bytes that must be kept are
/// copied.
class ReadBuffer {
 public:
  static constexpr size_t kBytes = 65536;
  /// Space in front of the read bytes, where a few held bytes can be prepended. It fits the longest header (14 bytes)
  /// and the longest frame of the gateway.
  static constexpr size_t kHeadroom = 160;

  uint8_t* bytes() { return memory_.data() + kHeadroom; }

 private:
  std::array<uint8_t, kHeadroom + kBytes> memory_;
};

}  // namespace sluice
