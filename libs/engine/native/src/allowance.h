#pragma once

#include "connection_lanes.h"
#include "lane_reservations.h"

namespace sluice {

/// How much the rates of all lanes together let one direction pass in one step. It is read before the step and settled
/// after it.
class Allowance {
 public:
  /// `reservations` may be null.
  Allowance(const ConnectionLanes& lanes, Side from, LaneReservations* reservations)
      : lanes_(lanes), from_(from), reservations_(reservations) {}

  bool isLimited() const { return isLimited_; }
  /// The lane that ended the step; null if none limited it.
  TrafficLane* narrowest() const { return hasRefusedMessage_ ? fewestMessages_ : fewestBytes_; }

  /// Begins a step and returns how many bytes may pass in it. An exempt step has no limit.
  double begin(bool isExempt) {
    if (isExempt) return kUnlimited;
    lanes_.forEachFrom(from_, [this](TrafficLane& lane) {
      if (lane.isLimited()) limitTo(lane);
    });
    return maxBytes_;
  }

  /// Counts a message that begins; returns false if the message may not begin.
  bool takeMessage() {
    hasRefusedMessage_ = messages_ >= maxMessages_;
    if (hasRefusedMessage_) return false;
    messages_ += 1;
    return true;
  }

  /// Charges the lanes for the bytes and messages that passed in the step.
  void settle(double bytes) {
    if (isLimited_ && bytes < 1) return;
    // The reserved amounts pay for the step.
    if (reservations_ != nullptr) reservations_->release();
    if (!isLimited_) return;
    lanes_.forEachFrom(from_, [this, bytes](TrafficLane& lane) { lane.take(messages_, bytes); });
  }

 private:
  void limitTo(TrafficLane& lane) {
    isLimited_ = true;
    const LaneReservation* reserved = reservations_ == nullptr ? nullptr : reservations_->of(lane);
    const double messages = reserved == nullptr ? lane.allowedMessages() : reserved->messages;
    const double bytes = reserved == nullptr ? lane.allowedBytes() : reserved->bytes;
    if (messages < maxMessages_) {
      maxMessages_ = messages;
      fewestMessages_ = &lane;
    }
    if (bytes < maxBytes_) {
      maxBytes_ = bytes;
      fewestBytes_ = &lane;
    }
  }

  const ConnectionLanes& lanes_;
  Side from_;
  LaneReservations* reservations_;
  TrafficLane* fewestMessages_ = nullptr;
  TrafficLane* fewestBytes_ = nullptr;
  double maxMessages_ = kUnlimited;
  double maxBytes_ = kUnlimited;
  double messages_ = 0;
  bool isLimited_ = false;
  bool hasRefusedMessage_ = false;
};

}  // namespace sluice
