#pragma once

#include "traffic_lane.h"

namespace sluice {

/// How much the rate of a lane lets one direction pass in one step. It is read before the step and settled after it.
class Allowance {
 public:
  explicit Allowance(TrafficLane& lane) : lane_(lane) {}

  bool isLimited() const { return isLimited_; }

  /// Begins a step and returns how many bytes may pass in it. An exempt step has no limit.
  double begin(bool isExempt) {
    isLimited_ = lane_.isLimited() && !isExempt;
    messages_ = 0;
    maxMessages_ = isLimited_ ? lane_.allowedMessages() : kUnlimited;
    return isLimited_ ? lane_.allowedBytes() : kUnlimited;
  }

  /// Counts a message that begins; returns false if the message may not begin.
  bool takeMessage() {
    if (messages_ >= maxMessages_) return false;
    messages_ += 1;
    return true;
  }

  /// Charges the lane for the bytes and messages that passed in the step.
  void settle(double bytes) {
    if (isLimited_) lane_.take(messages_, bytes);
  }

 private:
  TrafficLane& lane_;
  double maxMessages_ = kUnlimited;
  double messages_ = 0;
  bool isLimited_ = false;
};

}  // namespace sluice
