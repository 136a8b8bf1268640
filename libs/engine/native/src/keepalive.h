#pragma once

#include <cstdint>

#include "direction.h"

namespace sluice {

/// Watches over one peer with pings. A peer lives while anything comes from it, or it takes what is sent to it: a pong can't come in
/// the middle of a long frame, and a ping waits behind what was sent before.
class Keepalive {
 public:
  Keepalive(Direction& fromPeer, Direction& toPeer) : fromPeer_(fromPeer), toPeer_(toPeer) {}

  /// Pings the peer; called once in each interval. False when it gave no sign of life since the ping before.
  bool beat() {
    if (isPinged_ && isUnresponsive()) return false;
    isPinged_ = true;
    toPeer_.injectPing(fromPeer_.pings());
    bytesReceived_ = fromPeer_.counters().bytesReceived;
    bytesTakenByPeer_ = toPeer_.receiver().takenBytes();
    wasBehind_ = toPeer_.receiver().isBehind();
    return true;
  }

 private:
  bool isUnresponsive() const {
    if (!isSomethingAwaited() || fromPeer_.isHeldUp()) return false;
    if (fromPeer_.counters().bytesReceived > bytesReceived_) return false;
    return toPeer_.receiver().takenBytes() == bytesTakenByPeer_;
  }

  // A pong; or, from a peer that was behind all the time and so could not be pinged, that it takes something.
  bool isSomethingAwaited() const {
    return fromPeer_.pings().isAwaited() || (wasBehind_ && toPeer_.receiver().isBehind());
  }

  Direction& fromPeer_;
  Direction& toPeer_;
  double bytesReceived_ = 0;
  uint64_t bytesTakenByPeer_ = 0;
  bool isPinged_ = false;
  bool wasBehind_ = false;
};

}  // namespace sluice
