#pragma once

#include <cstdint>
#include <memory>

#include "own_frames.h"
#include "own_pings.h"
#include "socket.h"

namespace sluice {

/// The frames of the gateway that wait for a frame boundary of one direction: a ping, and finally a close frame. A ping
/// also waits while the receiver is behind, because pings to a receiver that does not read would accumulate.
class PendingFrames {
 public:
  explicit PendingFrames(Socket& receiver) : receiver_(receiver) {}

  bool isEmpty() const { return pings_ == nullptr && closeFrame_ == nullptr; }
  bool hasClose() const { return closeFrame_ != nullptr; }
  /// Whether a close frame is sent at the next boundary, regardless of the sender's frames.
  bool isCloseDue() const { return closeFrame_ != nullptr && !isCloseDeferred_; }

  void addPing(OwnPings& pings) { pings_ = &pings; }

  /// Adds a close frame that replaces the sender's close frame, unless it becomes due earlier.
  void addDeferredClose(const OwnFrame& frame) {
    closeFrame_ = std::make_unique<OwnFrame>(frame);
    isCloseDeferred_ = true;
    pings_ = nullptr;
  }

  /// Makes a deferred close frame due; returns false if there is none.
  bool makeCloseDue() {
    if (closeFrame_ == nullptr || !isCloseDeferred_) return false;
    isCloseDeferred_ = false;
    return true;
  }

  /// Whether a pending frame must be sent before a frame of the sender with this first byte.
  bool goBefore(uint8_t firstByte) {
    if (isClose(firstByte)) makeCloseDue();
    return isPingDue() || isCloseDue();
  }

  /// Writes the frames that are due.
  void write() {
    if (isPingDue()) {
      const OwnFrame ping = pings_->next();
      pings_ = nullptr;
      receiver_.write(ping.bytes, ping.length);
    }
    if (isCloseDue()) receiver_.write(closeFrame_->bytes, closeFrame_->length);
  }

  void dropPing() { pings_ = nullptr; }

  void clear() {
    pings_ = nullptr;
    closeFrame_.reset();
  }

 private:
  bool isPingDue() const { return pings_ != nullptr && !receiver_.isBehind(); }

  Socket& receiver_;
  OwnPings* pings_ = nullptr;
  std::unique_ptr<OwnFrame> closeFrame_;
  bool isCloseDeferred_ = false;
};

}  // namespace sluice
