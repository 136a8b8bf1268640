#pragma once

#include <cstddef>
#include <cstdint>

#include "clock.h"
#include "counters.h"
#include "frame_rules.h"
#include "own_frames.h"

namespace sluice {

/// Whether a pong answers a ping of the gateway; undecided until the pong is complete.
enum class PongVerdict : uint8_t { kOwn, kOther, kUndecided };

/// The gateway's pings to one peer, and the pongs to them. A pong is recognized by its payload: a random tag of this
/// connection and the number of the ping.
class OwnPings {
 public:
  explicit OwnPings(Side peer) : peer_(peer) {}

  /// Whether a pong is outstanding. A pong to a later ping also answers the earlier ones (RFC 6455 §5.5.3).
  bool isAwaited() const { return answered_ < sent_; }
  /// The size in bytes of a complete pong to one of these pings.
  size_t pongBytes() const { return 2 + (peer_ == Side::kClient ? 4 : 0) + kPayloadBytes; }
  /// Whether a ping waits until it may be sent.
  bool isRequested() const { return isRequested_; }
  void request() { isRequested_ = true; }
  void withdraw() { isRequested_ = false; }
  /// Returns the frame of the requested ping, which counts as sent now.
  OwnFrame next(const Clock& clock);
  /// Classifies the frame whose header begins at `at`, and records the answer if it is one. Each ping is answered once,
  /// so a peer that repeats a pong cannot cause more frames to be inspected than there were pings: a repeated pong is
  /// treated as a frame of the peer. The counters are those of the peer.
  PongVerdict takePong(const uint8_t* at, size_t available, const Clock& clock, Counters& counters);

 private:
  static constexpr size_t kPayloadBytes = 8;

  double sentAtMs_ = 0;
  uint32_t tag_ = 0;
  uint32_t sent_ = 0;
  uint32_t answered_ = 0;
  Side peer_;
  bool isRequested_ = false;
};

}  // namespace sluice
