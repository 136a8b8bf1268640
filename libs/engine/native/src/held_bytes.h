#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

namespace sluice {

/// Bytes of a sender that may not pass yet: an incomplete header or pong, or bytes that the rate holds back. They are
/// forwarded before the bytes that arrive next. The buffer is exactly as large as its content.
class HeldBytes {
 public:
  bool isEmpty() const { return length_ == 0; }
  size_t length() const { return length_; }
  const uint8_t* bytes() const { return bytes_.get(); }

  /// Stores a copy and replaces the previous content.
  void keep(const uint8_t* bytes, size_t length) {
    std::unique_ptr<uint8_t[]> copy(length == 0 ? nullptr : new uint8_t[length]);
    if (length > 0) std::memcpy(copy.get(), bytes, length);
    bytes_ = std::move(copy);
    length_ = length;
  }

  /// Removes and returns the bytes.
  HeldBytes take() {
    HeldBytes taken;
    taken.bytes_ = std::move(bytes_);
    taken.length_ = length_;
    length_ = 0;
    return taken;
  }

  void clear() {
    bytes_.reset();
    length_ = 0;
  }

 private:
  std::unique_ptr<uint8_t[]> bytes_;
  size_t length_ = 0;
};

}  // namespace sluice
