#pragma once

#include <cstdint>

#include "direction.h"

namespace sluice {

/// Monitors one peer with pings. A peer is alive while it sends anything, or while it takes the bytes that are sent to
/// it: a pong cannot arrive in the middle of a long frame, and a ping waits behind earlier writes.
class Keepalive {
 public:
  /// Pings the peer; called once per interval, with the same two directions. Returns false if the peer showed no sign
  /// of life since the previous ping.
  bool beat(Direction& fromPeer, Direction& toPeer) {
    if (isPinged_ && isUnresponsive(fromPeer, toPeer)) return false;
    isPinged_ = true;
    toPeer.injectPing();
    bytesMoved_ = bytesMoved(fromPeer, toPeer);
    wasBehind_ = toPeer.receiver().isBehind();
    return true;
  }

 private:
  bool isUnresponsive(Direction& fromPeer, Direction& toPeer) const {
    if (!isSomethingAwaited(fromPeer, toPeer) || fromPeer.isHeldUp()) return false;
    return bytesMoved(fromPeer, toPeer) == bytesMoved_;
  }

  // The bytes that the peer has sent, and those that it has taken.
  static double bytesMoved(const Direction& fromPeer, const Direction& toPeer) {
    return fromPeer.counters().bytesReceived + static_cast<double>(toPeer.receiver().takenBytes());
  }

  // The peer owes a pong. A peer that was behind all the time could not be pinged; it must take some bytes instead.
  bool isSomethingAwaited(Direction& fromPeer, Direction& toPeer) const {
    return fromPeer.pings().isAwaited() || (wasBehind_ && toPeer.receiver().isBehind());
  }

  double bytesMoved_ = 0;
  bool isPinged_ = false;
  bool wasBehind_ = false;
};

}  // namespace sluice
