#include "inbox.h"

#include <cstring>

namespace sluice {

bool Inbox::append(const RecordHeader& header, const uint8_t* data) {
  return append(header, {std::string_view(reinterpret_cast<const char*>(data), header.dataBytes)});
}

bool Inbox::append(const RecordHeader& header, std::initializer_list<std::string_view> parts) {
  const size_t needed = sizeof(header) + paddedBytes(header.dataBytes);
  if (capacity_ - length_ < needed) return false;
  std::memcpy(memory_ + length_, &header, sizeof(header));
  size_t at = length_ + sizeof(header);
  for (const std::string_view part : parts) {
    if (part.empty()) continue;
    std::memcpy(memory_ + at, part.data(), part.size());
    at += part.size();
  }
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

bool Inbox::hasUntaken(size_t from, Id one, Id other) const {
  const auto isOf = [](const RecordHeader& header, Id id) {
    return header.id.slot == id.slot && header.id.generation == id.generation;
  };
  for (size_t at = from; at < length_;) {
    RecordHeader header;
    std::memcpy(&header, memory_ + at, sizeof(header));
    if (header.kind != RecordKind::kTaken && (isOf(header, one) || isOf(header, other))) return true;
    at += sizeof(header) + paddedBytes(header.dataBytes);
  }
  return false;
}

}  // namespace sluice
