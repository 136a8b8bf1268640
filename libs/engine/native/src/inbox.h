#pragma once

#include <cstddef>
#include <cstdint>

#include "records.h"

namespace sluice {

/// The records for JavaScript, in shared memory, until they are delivered.
class Inbox {
 public:
  /// The size of one read with its header, plus one end record before it.
  static constexpr size_t kRoomBytes = 65536 + 2 * sizeof(RecordHeader);
  static constexpr size_t kMinCapacity = 2 * kRoomBytes;

  Inbox(uint8_t* memory, size_t capacity) : memory_(memory), capacity_(capacity) {}

  size_t length() const { return length_; }

  /// Whether there is room for an end record, followed by any other record.
  bool hasRoom() const { return capacity_ - length_ >= kRoomBytes; }
  /// Whether there is room for so many records with so many bytes of data.
  bool hasRoomFor(size_t records, size_t dataBytes) const {
    return capacity_ - length_ >= records * (sizeof(RecordHeader) + paddedBytes(1)) + dataBytes;
  }
  /// Returns false if there is no room: the existing records must be delivered first.
  bool append(const RecordHeader& header, const uint8_t* data);
  /// Returns the end offset of at most `count` records that begin at `start`.
  size_t endOfBatch(size_t start, size_t count) const;
  void clear() { length_ = 0; }

 private:
  uint8_t* memory_;
  size_t capacity_;
  size_t length_ = 0;
};

}  // namespace sluice
