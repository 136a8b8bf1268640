#pragma once

#include <cstdint>

#include "direction.h"

namespace sluice {

/// Monitors one peer with pings. A peer is alive while it sends anything, or while it takes the bytes that are sent to
/// it: a pong cannot arrive in the middle of a long frame, and a ping waits behind earlier writes.
class Keepalive {
 public:
  Keepalive(Direction& fromPeer, Direction& toPeer) : fromPeer_(fromPeer), toPeer_(toPeer) {}

  /// Pings the peer; called once per interval. Returns false if the peer showed no sign of life since the previous
  /// ping.
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

  // The peer owes a pong. A peer that was behind all the time could not be pinged; it must take some bytes instead.
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
