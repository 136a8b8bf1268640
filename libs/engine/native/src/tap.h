#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "frame_follower.h"
#include "frame_rules.h"

namespace sluice {

/// Copies of the frames of tapped connections, until they are read. The buffer is bounded: frames that do not fit are
/// omitted.
///
/// A record is a header of 24 bytes in the byte order of the machine, followed by payload bytes, padded to a multiple
/// of 8. The header has these fields: kind (u8), side (u8), first byte of the frame (u8), whether it is masked (u8),
/// slot (u32), bytes that follow (u32), mask (4 bytes), payload length of the frame (f64).
class Tap {
 public:
  static constexpr size_t kCapacity = size_t{1} << 20;
  static constexpr size_t kHeaderBytes = 24;
  /// A longer payload is truncated to this size.
  static constexpr uint64_t kMaxPayloadBytes = 65536;

  enum class Kind : uint8_t { kFrame = 1, kPayload = 2, kFrameEnd = 3, kOmitted = 4 };

  struct Record {
    Kind kind;
    Side side;
    uint8_t firstByte;
    uint32_t slot;
    uint64_t payloadLength;
    const uint8_t* mask;
    const uint8_t* bytes;
    size_t length;
  };

  /// Returns false if there is no room; nothing is copied then.
  bool append(const Record& record);

  const uint8_t* bytes() const { return memory_.get(); }
  size_t length() const { return length_; }
  void clear() { length_ = 0; }

 private:
  std::unique_ptr<uint8_t[]> memory_;
  size_t length_ = 0;
};

/// The tap of one sender of a connection. A frame of which any part was omitted ends with a record that says so.
class TapEnd : public FollowerObserver {
 public:
  explicit TapEnd(Side side) : side_(side) {}

  /// Sets the tap; null detaches it.
  void attach(Tap* tap, uint32_t slot) {
    // The rest of the current frame is omitted, even if another tap is attached before it ends.
    if (tap == nullptr) isOmitted_ = true;
    tap_ = tap;
    slot_ = slot;
  }

  void onFrame(uint8_t firstByte, uint64_t payloadLength, const uint8_t* mask) override;
  void onPayload(const uint8_t* bytes, size_t length) override;
  void onFrameEnd() override;

 private:
  Tap::Record record(Tap::Kind kind) const { return Tap::Record{kind, side_, 0, slot_, 0, nullptr, nullptr, 0}; }

  Tap* tap_ = nullptr;
  uint64_t copied_ = 0;
  uint32_t slot_ = 0;
  Side side_;
  bool isOmitted_ = false;
};

}  // namespace sluice
