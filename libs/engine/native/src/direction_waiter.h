#pragma once

#include <cstddef>

#include "direction.h"
#include "traffic_lane.h"

namespace sluice {

/// Waits in the queue of a lane on behalf of a direction, whose sender exceeds its rate.
class Direction::Waiter final : public LaneWaiter {
 public:
  explicit Waiter(Direction& direction) : direction_(direction) {}

  LaneReservations& reservations() { return reservations_; }

  /// Waits in a lane in which `heldBytes` do not pass now. The lane that serves the direction may be another one.
  void waitIn(TrafficLane& lane, size_t heldBytes) {
    if (servedBy_ != nullptr && servedBy_ != &lane) reservations_.reserve(*servedBy_, static_cast<double>(heldBytes));
    if (lane_ != &lane) leaveLine();
    lane_ = &lane;
    lane.wait(*this);
  }
  void waitAgain() { lane_->wait(*this); }
  void leaveLine() {
    if (lane_ != nullptr) lane_->leave(*this);
    lane_ = nullptr;
  }

 private:
  void onAllowance() override {
    servedBy_ = lane_;
    direction_.onAllowance();
    servedBy_ = nullptr;
  }

  Direction& direction_;
  TrafficLane* lane_ = nullptr;
  TrafficLane* servedBy_ = nullptr;
  LaneReservations reservations_;
};

}  // namespace sluice
