#pragma once

#include <limits>

namespace sluice {

/// The traffic from one side of a connection. JavaScript reads this memory without a call, as 64-bit floats in this
/// order.
struct Counters {
  /// Complete data messages.
  double messages = 0;
  /// Complete frames of every kind.
  double frames = 0;
  /// The pings, pongs and close frames among them.
  double controlFrames = 0;
  /// Bytes that were forwarded, plus the bytes of pongs to the gateway's pings; frame headers are included.
  double bytes = 0;
  /// When something was last forwarded, in milliseconds of the engine's clock; NaN: never.
  double lastActivityAtMs = std::numeric_limits<double>::quiet_NaN();
  /// Milliseconds between the gateway's last answered ping to this side and its pong; NaN: no ping was answered yet.
  double roundTripMs = std::numeric_limits<double>::quiet_NaN();
  /// Bytes that were read, whether or not they were forwarded.
  double bytesReceived = 0;
  /// Only on the client's side: whether the gateway has begun to close the connection; 0 or 1.
  double isClosing = 0;
};

static_assert(sizeof(Counters) == 64, "JavaScript reads eight 64-bit floats");

}  // namespace sluice
