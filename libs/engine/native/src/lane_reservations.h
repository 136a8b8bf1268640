#pragma once

#include <algorithm>
#include <cmath>

#include "traffic_lane.h"

namespace sluice {

/// Messages and bytes that were taken from a lane in advance; `kUnlimited` where the lane does not limit them.
struct LaneReservation {
  TrafficLane* lane;
  double messages;
  double bytes;
};

/// What a waiting direction has taken in advance from the lanes that served it, while it waits in another one. Without
/// this, a direction with two lanes that others use up would lose its turn in one while it waits in the other, and might
/// never pass.
class LaneReservations {
 public:
  /// Null if nothing is reserved in the lane.
  const LaneReservation* of(const TrafficLane& lane) const {
    for (const LaneReservation& reserved : reserved_) {
      if (reserved.lane == &lane) return &reserved;
    }
    return nullptr;
  }

  /// Reserves one message and at most `maxBytes` bytes, if the lane allows any now.
  void reserve(TrafficLane& lane, double maxBytes) {
    LaneReservation* free = freeReservation();
    const double allowedMessages = lane.allowedMessages();
    const double allowedBytes = lane.allowedBytes();
    if (free == nullptr || of(lane) != nullptr || allowedMessages < 1 || allowedBytes < 1) return;
    free->lane = &lane;
    free->messages = reservedOf(allowedMessages, 1);
    free->bytes = reservedOf(allowedBytes, maxBytes);
    lane.take(finite(free->messages), finite(free->bytes));
  }

  /// Gives everything back to the lanes.
  void release() {
    for (LaneReservation& reserved : reserved_) {
      if (reserved.lane != nullptr) reserved.lane->take(-finite(reserved.messages), -finite(reserved.bytes));
      reserved.lane = nullptr;
    }
  }

 private:
  LaneReservation* freeReservation() {
    for (LaneReservation& reserved : reserved_) {
      if (reserved.lane == nullptr) return &reserved;
    }
    return nullptr;
  }
  static double reservedOf(double allowed, double max) {
    return std::isinf(allowed) ? allowed : std::min(allowed, max);
  }
  static double finite(double amount) { return amount == kUnlimited ? 0 : amount; }

  // A direction waits in one of its three lanes, so at most two others are reserved.
  LaneReservation reserved_[2] = {};
};

}  // namespace sluice
