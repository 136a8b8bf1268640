#pragma once

#include <cstddef>
#include <memory>

#include "frame_rules.h"
#include "traffic_lane.h"

namespace sluice {

/// The lanes of the key and the route of a connection, by the side that sends; null where there are none. They have lanes
/// only while they have rates.
template <typename Lane>
struct NarrowerLanes {
  static constexpr size_t kMax = 2;

  Lane* from[2][kMax] = {};

  bool isEmpty() const { return from[0][0] == nullptr; }
  template <typename Visit>
  void forEachFrom(Side side, Visit visit) const {
    for (Lane* lane : from[static_cast<size_t>(side)]) {
      if (lane != nullptr) visit(*lane);
    }
  }
};

/// The lanes that limit a connection: those of its tenant, which are shared by all of its connections, and the narrower
/// ones. Few connections have narrower ones, so the others keep one pointer for them.
class ConnectionLanes {
 public:
  using Narrower = NarrowerLanes<TrafficLane>;

  ConnectionLanes(TrafficLane& fromClient, TrafficLane& fromUpstream, const Narrower& narrower)
      : ofTenant_{&fromClient, &fromUpstream} {
    setNarrower(narrower);
  }

  void setNarrower(const Narrower& narrower) {
    narrower_ = narrower.isEmpty() ? nullptr : std::make_unique<Narrower>(narrower);
  }
  Narrower narrower() const { return narrower_ == nullptr ? Narrower{} : *narrower_; }
  TrafficLane& ofTenant(Side from) const { return *ofTenant_[static_cast<size_t>(from)]; }

  /// From the narrowest kind to the tenant.
  template <typename Visit>
  void forEachFrom(Side side, Visit visit) const {
    if (narrower_ != nullptr) narrower_->forEachFrom(side, visit);
    visit(ofTenant(side));
  }

 private:
  TrafficLane* ofTenant_[2];
  std::unique_ptr<Narrower> narrower_;
};

}  // namespace sluice
