#pragma once

#include "../src/connection_lanes.h"
#include "no_rate.h"
#include "wheel_on_loop.h"

namespace sluice {

/// Lanes of a key and of a route, one for each side, which outlive the relay that uses them.
struct NarrowLanes {
  explicit NarrowLanes(WheelOnLoop& on, double ofKey, double ofRoute) : on_(on), key_(ofKey), route_(ofRoute) {
    for (size_t index = 0; index < 4; index += 1) {
      memories[index].messageTokens = {index < 2 ? key_ : route_, index < 2 ? key_ : route_, on_.wheel.nowMs()};
      memories[index].byteTokens.perSecond = kNoRate;
    }
    lanes.from[0][0] = &ofClient;
    lanes.from[1][0] = &ofUpstream;
    lanes.from[0][1] = &ofRouteClient;
    lanes.from[1][1] = &ofRouteUpstream;
  }
  double waiting() const {
    double sum = 0;
    for (const LaneMemory& memory : memories) sum += memory.waitingInEngine;
    return sum;
  }

  WheelOnLoop& on_;
  double key_;
  double route_;
  LaneMemory memories[4]{};
  TrafficLane ofClient{on_.wheel, &memories[0]};
  TrafficLane ofUpstream{on_.wheel, &memories[1]};
  TrafficLane ofRouteClient{on_.wheel, &memories[2]};
  TrafficLane ofRouteUpstream{on_.wheel, &memories[3]};
  ConnectionLanes::Narrower lanes;
};

}  // namespace sluice
