#pragma once

#include <algorithm>
#include <vector>

#include "../src/frame_follower.h"
#include "frames.h"

namespace sluice {

/// Passes input to a follower chunk by chunk, each after the bytes that the follower held back before, as a direction does.
class Following {
 public:
  explicit Following(FrameFollower& follower, std::vector<size_t> limits = {})
      : follower_(follower), limits_(std::move(limits)) {}

  void push(const uint8_t* bytes, size_t length) {
    held_.insert(held_.end(), bytes, bytes + length);
    if (follower_.violation() != FrameViolation::kNone) return;
    size_t offset = 0;
    for (size_t count = 1; count > 0; offset += count) count = pushSome(offset);
    passed_.insert(passed_.end(), held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(offset));
    held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(offset));
  }
  void push(const Bytes& bytes) { push(bytes.data(), bytes.size()); }

  /// In chunks of these sizes, which are used in turn.
  void pushInChunks(const Bytes& bytes, const std::vector<size_t>& sizes) {
    size_t turn = 0;
    for (size_t offset = 0; offset < bytes.size();) {
      const size_t size = std::min(sizes[turn % sizes.size()], bytes.size() - offset);
      push(bytes.data() + offset, size);
      offset += size;
      turn += 1;
    }
  }

  const Bytes& passed() const { return passed_; }
  const Bytes& held() const { return held_; }

 private:
  size_t pushSome(size_t offset) {
    const size_t left = held_.size() - offset;
    if (limits_.empty()) return follower_.push(held_.data() + offset, left);
    const size_t limit = limits_[turn_ % limits_.size()];
    turn_ += 1;
    return follower_.push(held_.data() + offset, left, std::min(limit, left));
  }

  FrameFollower& follower_;
  std::vector<size_t> limits_;
  size_t turn_ = 0;
  Bytes passed_;
  Bytes held_;
};

}  // namespace sluice
