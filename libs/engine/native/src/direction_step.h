#pragma once

#include <cstddef>
#include <cstdint>

#include "allowance.h"
#include "direction.h"

namespace sluice {

/// Follows the bytes of one read, and asks before each frame whether it may pass. It lives for this read only.
class Direction::Step final : public FrameGate {
 public:
  Step(Direction& direction, LaneReservations* reservations, bool isExempt)
      : direction_(direction), allowance_(direction.parts_.lanes, direction.from_, reservations) {
    allowedBytes_ = allowance_.begin(isExempt);
  }

  /// Follows the bytes, and returns how many of them may pass.
  size_t follow(const uint8_t* bytes, size_t length) {
    const bool mayStop = allowance_.isLimited() || direction_.hasPending() || direction_.pings().isAwaited();
    const size_t maxBytes = allowedBytes_ < static_cast<double>(length) ? static_cast<size_t>(allowedBytes_) : length;
    const size_t passed = direction_.follower_.push(bytes, length, maxBytes, mayStop ? this : nullptr);
    allowance_.settle(static_cast<double>(passed));
    if (passed < length && static_cast<double>(passed) >= allowedBytes_) stop_ = Stop::kRate;
    return passed;
  }

  /// Why it stopped.
  Stop stop() const { return stop_; }
  /// The lane whose rate is used up; null if it stopped for another reason.
  TrafficLane* narrowest() const { return stop_ == Stop::kRate ? allowance_.narrowest() : nullptr; }

 private:
  bool mayPass(const uint8_t* at, size_t available) override {
    stop_ = direction_.whyStopBefore(at, available, allowance_);
    return stop_ == Stop::kNone;
  }

  Direction& direction_;
  Allowance allowance_;
  double allowedBytes_;
  Stop stop_ = Stop::kNone;
};

}  // namespace sluice
