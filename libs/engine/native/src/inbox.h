#pragma once

#include <cstddef>
#include <cstdint>

#include "records.h"

namespace sluice {

/// The records for JavaScript, in memory that both share, until they are delivered.
class Inbox {
 public:
  /// What is read at once, with its header, and an end before it.
  static constexpr size_t kRoomBytes = 65536 + 2 * sizeof(RecordHeader);
  static constexpr size_t kMinCapacity = 2 * kRoomBytes;

  Inbox(uint8_t* memory, size_t capacity) : memory_(memory), capacity_(capacity) {}

  size_t length() const { return length_; }

  /// Whether there is room for an end, and any record behind it.
  bool hasRoom() const { return capacity_ - length_ >= kRoomBytes; }
  /// False where there is no room: what is there has to be delivered first.
  bool append(const RecordHeader& header, const uint8_t* data);
  /// Where at most `count` records end that begin at `start`.
  size_t endOfBatch(size_t start, size_t count) const;
  void clear() { length_ = 0; }

 private:
  uint8_t* memory_;
  size_t capacity_;
  size_t length_ = 0;
};

}  // namespace sluice
