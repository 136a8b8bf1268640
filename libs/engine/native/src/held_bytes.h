#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

namespace sluice {

/// What came from a sender and may not pass yet: a header or a pong that is not whole, or what the rate holds back. It goes before what
/// comes next, and takes as much memory as it has bytes.
class HeldBytes {
 public:
  bool isEmpty() const { return length_ == 0; }
  size_t length() const { return length_; }
  const uint8_t* bytes() const { return bytes_.get(); }

  /// Keeps a copy, in place of what was held.
  void keep(const uint8_t* bytes, size_t length) {
    std::unique_ptr<uint8_t[]> copy(length == 0 ? nullptr : new uint8_t[length]);
    if (length > 0) std::memcpy(copy.get(), bytes, length);
    bytes_ = std::move(copy);
    length_ = length;
  }

  /// Takes them out.
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
