// The lanes of the connections, by their memory. JavaScript keeps the memory as long as a connection uses the lane.

#include "engine.h"

namespace sluice {

TrafficLane& Engine::takeLane(LaneMemory* memory) {
  std::unique_ptr<TrafficLane>& lane = lanes_[memory];
  if (lane == nullptr) lane = std::make_unique<TrafficLane>(wheel_, memory);
  lane->connections += 1;
  return *lane;
}

void Engine::giveLaneBack(TrafficLane& lane) {
  lane.connections -= 1;
  if (lane.connections > 0) return;
  LaneMemory* memory = lane.memory();
  lanes_.erase(memory);
  host_.onLaneIdle(memory);
}

ConnectionLanes::Narrower Engine::takeLanes(const NarrowerLanes<LaneMemory>& memories) {
  ConnectionLanes::Narrower lanes;
  for (const Side side : kSides) {
    size_t taken = 0;
    memories.forEachFrom(
        side, [&](LaneMemory& memory) { lanes.from[static_cast<size_t>(side)][taken++] = &takeLane(&memory); });
  }
  return lanes;
}

void Engine::giveLanesBack(const ConnectionLanes::Narrower& lanes) {
  for (const Side side : kSides) lanes.forEachFrom(side, [this](TrafficLane& lane) { giveLaneBack(lane); });
}

void Engine::setNarrowerLanes(Id connection, const NarrowerLanes<LaneMemory>& lanes) {
  Relay* relay = connections_.find(connection);
  if (relay == nullptr) return;
  const ConnectionLanes::Narrower before = relay->lanes().narrower();
  relay->setNarrowerLanes(takeLanes(lanes));
  giveLanesBack(before);
}

}  // namespace sluice
