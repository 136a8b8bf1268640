#pragma once

#include <cstdint>
#include <memory>

#include "clock.h"
#include "own_frames.h"
#include "own_pings.h"
#include "socket.h"

namespace sluice {

/// The frames of the gateway that wait for a frame boundary of one direction: a ping, which `OwnPings` of the receiver
/// knows of, and finally a close frame. A ping also waits while the receiver is behind, because pings to a receiver
/// that does not read would accumulate.
class PendingFrames {
 public:
  bool isEmpty(const OwnPings& pings) const { return !pings.isRequested() && close_ == nullptr; }
  bool hasClose() const { return close_ != nullptr; }
  /// Whether a close frame is sent at the next boundary, regardless of the sender's frames.
  bool isCloseDue() const { return close_ != nullptr && !close_->isDeferred; }

  /// Adds a close frame that replaces the sender's close frame, unless it becomes due earlier. No ping is sent any more.
  void addDeferredClose(const OwnFrame& frame, OwnPings& pings) {
    close_ = std::make_unique<Close>(Close{frame, true});
    pings.withdraw();
  }

  /// Makes a deferred close frame due; returns false if there is none.
  bool makeCloseDue() {
    if (close_ == nullptr || !close_->isDeferred) return false;
    close_->isDeferred = false;
    return true;
  }

  /// Whether a pending frame must be sent to the receiver before a frame of the sender with this first byte.
  bool goBefore(uint8_t firstByte, const OwnPings& pings, const Socket& receiver) {
    if (isClose(firstByte)) makeCloseDue();
    return isPingDue(pings, receiver) || isCloseDue();
  }

  /// Writes the frames that are due.
  void write(OwnPings& pings, Socket& receiver, const Clock& clock) {
    if (isPingDue(pings, receiver)) {
      const OwnFrame ping = pings.next(clock);
      receiver.write(ping.bytes, ping.length);
    }
    if (isCloseDue()) receiver.write(close_->frame.bytes, close_->frame.length);
  }

  void clear(OwnPings& pings) {
    pings.withdraw();
    close_.reset();
  }

 private:
  struct Close {
    OwnFrame frame;
    bool isDeferred;
  };

  static bool isPingDue(const OwnPings& pings, const Socket& receiver) {
    return pings.isRequested() && !receiver.isBehind();
  }

  std::unique_ptr<Close> close_;
};

}  // namespace sluice
