#pragma once

#include <cstdint>
#include <memory>

#include "clock.h"
#include "own_frames.h"
#include "own_pings.h"
#include "socket.h"

namespace sluice {

/// The frames of the gateway that wait for a frame boundary of one direction: a ping, and finally a close frame. A ping
/// also waits while the receiver is behind, because pings to a receiver that does not read would accumulate.
class PendingFrames {
 public:
  bool isEmpty() const { return pings_ == nullptr && close_ == nullptr; }
  bool hasClose() const { return close_ != nullptr; }
  /// Whether a close frame is sent at the next boundary, regardless of the sender's frames.
  bool isCloseDue() const { return close_ != nullptr && !close_->isDeferred; }

  void addPing(OwnPings& pings) { pings_ = &pings; }

  /// Adds a close frame that replaces the sender's close frame, unless it becomes due earlier.
  void addDeferredClose(const OwnFrame& frame) {
    close_ = std::make_unique<Close>(Close{frame, true});
    pings_ = nullptr;
  }

  /// Makes a deferred close frame due; returns false if there is none.
  bool makeCloseDue() {
    if (close_ == nullptr || !close_->isDeferred) return false;
    close_->isDeferred = false;
    return true;
  }

  /// Whether a pending frame must be sent to the receiver before a frame of the sender with this first byte.
  bool goBefore(uint8_t firstByte, const Socket& receiver) {
    if (isClose(firstByte)) makeCloseDue();
    return isPingDue(receiver) || isCloseDue();
  }

  /// Writes the frames that are due.
  void write(Socket& receiver, const Clock& clock) {
    if (isPingDue(receiver)) {
      const OwnFrame ping = pings_->next(clock);
      pings_ = nullptr;
      receiver.write(ping.bytes, ping.length);
    }
    if (isCloseDue()) receiver.write(close_->frame.bytes, close_->frame.length);
  }

  void dropPing() { pings_ = nullptr; }

  void clear() {
    pings_ = nullptr;
    close_.reset();
  }

 private:
  struct Close {
    OwnFrame frame;
    bool isDeferred;
  };

  bool isPingDue(const Socket& receiver) const { return pings_ != nullptr && !receiver.isBehind(); }

  OwnPings* pings_ = nullptr;
  std::unique_ptr<Close> close_;
};

}  // namespace sluice
