#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

namespace sluice {

/// Bytes of a sender that may not pass yet: an incomplete header or pong, or bytes that the rate holds back. They are
/// forwarded before the bytes that arrive next. The buffer is exactly as large as its content and its length, so that
/// an idle connection keeps one pointer.
class HeldBytes {
 public:
  bool isEmpty() const { return memory_ == nullptr; }
  size_t length() const {
    size_t length = 0;
    if (!isEmpty()) std::memcpy(&length, memory_.get(), sizeof(length));
    return length;
  }
  const uint8_t* bytes() const { return isEmpty() ? nullptr : memory_.get() + sizeof(size_t); }

  /// Stores a copy and replaces the previous content.
  void keep(const uint8_t* bytes, size_t length) {
    std::unique_ptr<uint8_t[]> copy(length == 0 ? nullptr : new uint8_t[sizeof(length) + length]);
    if (length > 0) {
      std::memcpy(copy.get(), &length, sizeof(length));
      std::memcpy(copy.get() + sizeof(length), bytes, length);
    }
    memory_ = std::move(copy);
  }

  /// Removes and returns the bytes.
  HeldBytes take() { return std::move(*this); }

  void clear() { memory_.reset(); }

 private:
  std::unique_ptr<uint8_t[]> memory_;
};

}  // namespace sluice
