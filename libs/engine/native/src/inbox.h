#pragma once

#include <cstddef>
#include <cstdint>

#include "records.h"

namespace sluice {

/// The records for JavaScript, in memory that both share, until they are delivered.
class Inbox {
 public:
  /// It has to hold what is read at once, with its header.
  static constexpr size_t kMinCapacity = 65536 + 2 * sizeof(RecordHeader);

  Inbox(uint8_t* memory, size_t capacity) : memory_(memory), capacity_(capacity) {}

  size_t length() const { return length_; }

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
