#pragma once

#include <limits>

namespace sluice {

/// What came from one side of a connection. It lies in memory that JavaScript reads without a call, as 64-bit floats in this order.
struct Counters {
  /// Complete data messages.
  double messages = 0;
  /// Complete frames of every kind.
  double frames = 0;
  /// Pings, pongs and close frames among them.
  double controlFrames = 0;
  /// Bytes that were passed on, and those of the pongs to the gateway's own pings; frame headers included.
  double bytes = 0;
  /// When something was last passed on, in milliseconds of the engine's clock; NaN: never.
  double lastActivityAtMs = std::numeric_limits<double>::quiet_NaN();
  /// Milliseconds between the gateway's last answered ping to this side and its pong; NaN: none was answered yet.
  double roundTripMs = std::numeric_limits<double>::quiet_NaN();
  /// Bytes that were read, whatever became of them.
  double bytesReceived = 0;
  /// Of the client's side alone: whether the gateway has begun to close the connection; 0 or 1.
  double isClosing = 0;
};

static_assert(sizeof(Counters) == 64, "JavaScript reads eight 64-bit floats");

}  // namespace sluice
