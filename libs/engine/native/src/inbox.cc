#include "inbox.h"

#include <cstring>

namespace sluice {

bool Inbox::append(const RecordHeader& header, const uint8_t* data) {
  const size_t needed = sizeof(header) + paddedBytes(header.dataBytes);
  if (capacity_ - length_ < needed) return false;
  std::memcpy(memory_ + length_, &header, sizeof(header));
  if (header.dataBytes > 0) std::memcpy(memory_ + length_ + sizeof(header), data, header.dataBytes);
  length_ += needed;
  return true;
}

size_t Inbox::endOfBatch(size_t start, size_t count) const {
  size_t end = start;
  for (size_t taken = 0; taken < count && end < length_; taken += 1) {
    RecordHeader header;
    std::memcpy(&header, memory_ + end, sizeof(header));
    end += sizeof(header) + paddedBytes(header.dataBytes);
  }
  return end;
}

}  // namespace sluice
