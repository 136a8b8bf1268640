#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sluice {

/// The one buffer of a loop that all sockets read into: libuv reads one socket at a time, and what is to be kept is copied.
class ReadBuffer {
 public:
  static constexpr size_t kBytes = 65536;
  /// Room in front of what is read, so that a few bytes that were kept can be put before it. It holds the longest header (14 bytes)
  /// and the longest frame of the gateway's own.
  static constexpr size_t kHeadroom = 160;

  uint8_t* bytes() { return memory_.data() + kHeadroom; }

 private:
  std::array<uint8_t, kHeadroom + kBytes> memory_;
};

}  // namespace sluice
