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

void Inbox::remove(size_t length) {
  std::memmove(memory_, memory_ + length, length_ - length);
  length_ -= length;
}

}  // namespace sluice
