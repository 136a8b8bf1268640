#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "records.h"
#include "upgrade_head.h"

namespace sluice {

/// The records for JavaScript, in shared memory, until they are delivered.
class Inbox {
 public:
  /// The size of one read with its header and the parts of an upgrade request, plus one end record before it.
  static constexpr size_t kRoomBytes = 65536 + sizeof(UpgradeHead) + 64 + 2 * sizeof(RecordHeader);
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
  /// The same with data in parts, which together have `header.dataBytes`.
  bool append(const RecordHeader& header, std::initializer_list<std::string_view> parts);
  /// Returns the end offset of at most `count` records that begin at `start`.
  size_t endOfBatch(size_t start, size_t count) const;
  /// Whether one of these sockets has a record at or behind `from` that is not taken.
  bool hasUntaken(size_t from, Id one, Id other) const;
  void clear() { length_ = 0; }

 private:
  uint8_t* memory_;
  size_t capacity_;
  size_t length_ = 0;
};

}  // namespace sluice
