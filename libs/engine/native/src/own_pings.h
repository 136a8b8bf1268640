#pragma once

#include <cstddef>
#include <cstdint>

#include "clock.h"
#include "counters.h"
#include "frame_rules.h"
#include "own_frames.h"

namespace sluice {

/// Whether a pong is one to a ping of the gateway's; undecided until all of it is there.
enum class PongVerdict : uint8_t { kOwn, kOther, kUndecided };

/// The gateway's pings to one peer, and the pongs to them, which are recognized by their payload: a random tag of this connection and
/// the number of the ping.
class OwnPings {
 public:
  OwnPings(Side peer, const Clock& clock, Counters* counters) : clock_(clock), counters_(counters), peer_(peer) {}

  /// Whether a pong is still to come. A later one answers the earlier pings too (RFC 6455 §5.5.3).
  bool isAwaited() const { return answered_ < sent_; }
  /// Bytes of a whole pong to one of these pings.
  size_t pongBytes() const { return 2 + (peer_ == Side::kClient ? 4 : 0) + kPayloadBytes; }
  /// The frame of the next ping, which is taken to be sent now.
  OwnFrame next();
  /// Judges the frame whose header begins at `at`, and notes the answer where it is one. Each ping is answered once, so a peer that
  /// repeats a pong can't have more frames looked at than there were pings: what it repeats is not the gateway's.
  PongVerdict takePong(const uint8_t* at, size_t available);

 private:
  static constexpr size_t kPayloadBytes = 8;

  const Clock& clock_;
  Counters* counters_;
  double sentAtMs_ = 0;
  uint32_t tag_ = 0;
  uint32_t sent_ = 0;
  uint32_t answered_ = 0;
  Side peer_;
};

}  // namespace sluice
